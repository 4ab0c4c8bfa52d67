package org.e2spark.sync;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host and a port as text: {@code 10.0.0.7:40000}, {@code [fd00::7]:40000}, {@code name:40000}.
 *
 * @param host a name or an address, without brackets
 * @param port from 1 to 65535
 */
record Endpoint(String host, int port) {

  private static final Logger log = LoggerFactory.getLogger(Endpoint.class);
  private static final int BACKLOG = 512;

  static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = bare(text.substring(0, Math.max(0, colon)));
      boolean bracket = host.indexOf('[') >= 0 || host.indexOf(']') >= 0;
      if (host.isEmpty() || bracket || port < 1 || port > 65535) {
        throw new IllegalArgumentException("Invalid address: " + text + " (needs host:port)");
      }
      return new Endpoint(host, port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Invalid address: " + text + " (needs host:port)", e);
    }
  }

  /**
   * Listens on the first free port of a range.
   *
   * @throws IOException when the host is not this machine's or all ports are taken
   */
  static ServerSocketChannel listen(InetAddress local, PortRange ports) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      BindException taken = null;
      for (int port = ports.first(); port <= ports.last(); port++) {
        try {
          return server.bind(new InetSocketAddress(local, port), BACKLOG);
        } catch (BindException e) {
          taken = e;
        }
      }
      throw taken;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * The address of this machine that others call it by: of several, one that is not loopback, since
   * some systems give their own name 127.0.1.1 first.
   */
  static InetAddress local(String host) throws UnknownHostException {
    InetAddress[] all = InetAddress.getAllByName(bare(host));
    for (InetAddress one : all) {
      if (!one.isLoopbackAddress()) {
        return one;
      }
    }
    if (!host.equals("localhost") && !host.equals(all[0].getHostAddress())) {
      log.warn(
          "{} is {}, where only this machine can call: set SPARK_LOCAL_IP if there are others",
          host,
          all[0].getHostAddress());
    }
    return all[0];
  }

  /** All addresses of the host, to be called in turn. */
  InetAddress[] resolve() throws UnknownHostException {
    return InetAddress.getAllByName(host);
  }

  private static String bare(String host) {
    return host.length() > 1 && host.startsWith("[") && host.endsWith("]")
        ? host.substring(1, host.length() - 1)
        : host;
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + bare(host) + "]" : host) + ":" + port;
  }
}
