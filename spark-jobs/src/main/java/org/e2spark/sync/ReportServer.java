package org.e2spark.sync;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's end of what workers report: an open port that only workers of this run can use, with
 * the same challenge and response as between workers. It carries short texts, one way.
 */
public final class ReportServer implements AutoCloseable {

  static final int TEXT_LIMIT = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(ReportServer.class);
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  private final ServerSocket server;
  private final String host;
  private final RunSecret secret;
  private final BiConsumer<Integer, String> receiver;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private ReportServer(
      ServerSocket server, String host, RunSecret secret, BiConsumer<Integer, String> receiver) {
    this.server = server;
    this.host = host;
    this.secret = secret;
    this.receiver = receiver;
  }

  /**
   * Opens a port that the system chooses.
   *
   * @param bindAddress the local address to listen on
   * @param host the name or number that executors reach the driver by
   * @param receiver gets each sender's rank and text, from several threads
   * @throws SyncException.PeerLost when this machine has no such address
   */
  public static ReportServer open(
      String bindAddress, String host, RunSecret secret, BiConsumer<Integer, String> receiver) {
    try {
      ServerSocket socket = new ServerSocket();
      try {
        socket.bind(new InetSocketAddress(InetAddress.getByName(bindAddress), 0));
      } catch (IOException e) {
        socket.close();
        throw e;
      }
      ReportServer server = new ReportServer(socket, host, secret, receiver);
      server.daemon("e2spark-reports", server::accept);
      return server;
    } catch (IOException e) {
      throw new SyncException.PeerLost(
          "The driver cannot listen on " + bindAddress + " (see spark.driver.bindAddress)", e);
    }
  }

  /** Host and port for {@link ReportClient#connect}. */
  public String address() {
    return host + ":" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        daemon("e2spark-report-" + socket.getPort(), () -> receive(socket));
      } catch (IOException e) {
        log.debug("No more reports are accepted", e);
      }
    }
  }

  private void receive(Socket socket) {
    try (socket) {
      int rank = Handshake.answer(socket, Handshake.DRIVER, secret, HANDSHAKE);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readInt();
        if (length < 0 || length > TEXT_LIMIT) {
          throw new IOException("Rank " + rank + " reports " + length + " bytes");
        }
        receiver.accept(rank, new String(in.readNBytes(length), StandardCharsets.UTF_8));
      }
    } catch (EOFException e) {
      log.debug("A worker has reported all", e);
    } catch (IOException | SyncException e) {
      if (!server.isClosed()) {
        log.warn("A connection for reports ended: {}", e.toString());
      }
    } finally {
      sockets.remove(socket);
    }
  }

  private void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      log.debug("Closing the port for reports failed", e);
    }
  }
}
