package org.e2spark.sync;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's end of what it reports to the driver. Reports are wanted, not needed: when the driver
 * cannot be reached, that is logged once and training goes on without.
 */
public final class ReportClient implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReportClient.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private Socket socket;

  private ReportClient(Socket socket) {
    this.socket = socket;
  }

  /**
   * Connects to {@link ReportServer#address()}.
   *
   * @param rank who reports
   */
  public static ReportClient connect(String address, int rank, RunSecret secret) {
    int colon = address.lastIndexOf(':');
    Socket socket = new Socket();
    try {
      InetAddress host = InetAddress.getByName(address.substring(0, colon));
      int port = Integer.parseInt(address.substring(colon + 1));
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), (int) TIMEOUT.toMillis());
      Handshake.call(socket, rank, Handshake.DRIVER, secret, TIMEOUT);
      return new ReportClient(socket);
    } catch (IOException | SyncException e) {
      log.warn(
          "Rank {} cannot reach the driver at {} to report progress, and trains without: {}",
          rank,
          address,
          e.toString());
      ReportClient silent = new ReportClient(socket);
      silent.close();
      return silent;
    }
  }

  /** Sends a text of at most 64 KiB in UTF-8; longer ones are not sent, and that is logged. */
  public synchronized void send(String text) {
    if (socket == null) {
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > ReportServer.TEXT_LIMIT) {
      log.warn("A report of {} bytes was not sent", bytes.length);
      return;
    }
    try {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      byte[] frame = new byte[Integer.BYTES + bytes.length];
      java.nio.ByteBuffer.wrap(frame).putInt(bytes.length).put(bytes);
      out.write(frame);
    } catch (IOException e) {
      log.warn("The driver takes no more reports: {}", e.toString());
      close();
    }
  }

  @Override
  public synchronized void close() {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        log.debug("Closing the connection for reports failed", e);
      }
      socket = null;
    }
  }
}
