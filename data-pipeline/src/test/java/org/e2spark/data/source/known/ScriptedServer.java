package org.e2spark.data.source.known;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.e2spark.data.text.Text;

/** An HTTP server on a real socket that answers, breaks off or falls silent as a test says. */
public final class ScriptedServer implements AutoCloseable {

  /** What a client asked for. */
  public record Request(String path, Map<String, String> headers) {

    /** First byte asked for. */
    public int from() {
      String range = headers.get("range");
      return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }
  }

  /** Decides the answers. */
  @FunctionalInterface
  public interface Script {
    /**
     * Answers one request.
     *
     * @param number of the request, from 1
     */
    void answer(int number, Request request, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final Thread thread;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Starts the server on a free port. */
  public ScriptedServer(Script script) throws IOException {
    socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    thread = new Thread(() -> serve(script), "scripted server");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Script script) {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        Request request = read(client);
        requests.add(request);
        script.answer(requests.size(), request, client.getOutputStream());
        client.getOutputStream().flush();
      } catch (IOException hungUp) {
        // By the client, or because the server is closed: the test looks at what was asked.
      }
    }
  }

  private static Request read(Socket client) throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
    String path = reader.readLine().split(" ", -1)[1];
    Map<String, String> headers = new TreeMap<>();
    for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Request(path, headers);
  }

  /** Sends the rest of a body from the byte asked for, but at most {@code limit} bytes of it. */
  public static void send(OutputStream out, Request request, byte[] body, String tag, int limit)
      throws IOException {
    boolean same =
        request.headers().containsKey("range") && tag.equals(request.headers().get("if-range"));
    int from = same ? request.from() : 0;
    String head =
        same
            ? Text.format(
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %d-%d/%d\r\n",
                from, body.length - 1, body.length)
            : "HTTP/1.1 200 OK\r\n";
    head +=
        Text.format(
            "Content-Length: %d\r\nETag: %s\r\nConnection: close\r\n\r\n", body.length - from, tag);
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(body, from, Math.min(limit, body.length - from));
  }

  /** Sends a status line and headers without a body. */
  public static void status(OutputStream out, String status, String... headers) throws IOException {
    String head = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n";
    for (String header : headers) {
      head += header + "\r\n";
    }
    out.write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What was asked so far. */
  public List<Request> requests() {
    return requests;
  }

  /** Where a path of it is. */
  public URI address(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
