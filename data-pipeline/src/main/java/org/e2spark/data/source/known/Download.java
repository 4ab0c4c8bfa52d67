package org.e2spark.data.source.known;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import org.e2spark.data.text.Text;

/**
 * One try to bring a file from one address, going on where an earlier try stopped.
 *
 * <p>What has arrived is in {@code NAME.part}; the server's validator of it is in {@code
 * NAME.part.validator}, so that parts of two versions are never put together.
 */
final class Download {

  private static final int MAX_REDIRECTS = 5;
  private static final int PARTIAL = HttpURLConnection.HTTP_PARTIAL;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final String name;
  private final Path part;
  private final Path validator;
  private final Duration timeout;
  private final FetchProgress progress;

  Download(String name, Path folder, Duration timeout, FetchProgress progress) {
    this.name = name;
    this.part = folder.resolve(name + ".part");
    this.validator = folder.resolve(name + ".part.validator");
    this.timeout = timeout;
    this.progress = progress;
  }

  Path part() {
    return part;
  }

  /** Bytes on disk. */
  long done() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  void discard() throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(validator);
  }

  void finish(Path target) throws IOException {
    Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(validator);
  }

  /**
   * Reads to the end of the file.
   *
   * @throws IOException if the connection ends before
   */
  void run(URI address) throws IOException {
    URI at = address;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpURLConnection connection = connect(at);
      try {
        int status = connection.getResponseCode();
        if (status >= 300 && status < 400 && connection.getHeaderField("Location") != null) {
          at = redirected(at, connection.getHeaderField("Location"));
          continue;
        }
        receive(connection, status, at);
        return;
      } finally {
        connection.disconnect();
      }
    }
    throw new IOException("More than " + MAX_REDIRECTS + " redirections from " + address);
  }

  private static URI redirected(URI from, String location) throws IOException {
    try {
      URI to = from.resolve(location);
      boolean downgraded =
          "https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme());
      if (downgraded) {
        throw new IOException("Redirected from " + from + " to an unprotected address: " + to);
      }
      return to;
    } catch (IllegalArgumentException e) {
      throw new IOException("Redirected to no address: " + location, e);
    }
  }

  private HttpURLConnection connect(URI address) throws IOException {
    URL url = address.toURL();
    URLConnection opened = url.openConnection();
    if (!(opened instanceof HttpURLConnection connection)) {
      throw new IOException("Not an http or https address: " + address);
    }
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) timeout.toMillis());
    connection.setReadTimeout((int) timeout.toMillis());
    connection.setRequestProperty("Accept-Encoding", "identity");
    long done = done();
    if (done > 0 && Files.exists(validator)) {
      connection.setRequestProperty("Range", "bytes=" + done + "-");
      connection.setRequestProperty("If-Range", Files.readString(validator));
    }
    return connection;
  }

  private void receive(HttpURLConnection connection, int status, URI address) throws IOException {
    long done = done();
    if (status == HttpURLConnection.HTTP_OK) {
      done = 0;
      discard();
    } else if (status == RANGE_NOT_SATISFIABLE) {
      discard();
      throw new IOException(address + " has fewer bytes than have arrived: starting again");
    } else if (status != PARTIAL) {
      throw new IOException(address + " answers " + status + " instead of 200");
    } else if (!startsAt(connection.getHeaderField("Content-Range"), done)) {
      discard();
      throw new IOException(
          Text.format(
              "%s sends the range '%s' instead of bytes from %d",
              address, connection.getHeaderField("Content-Range"), done));
    }
    long length = connection.getContentLengthLong();
    long total = length < 0 ? FetchProgress.UNKNOWN_TOTAL : done + length;
    remember(connection);
    long end = copy(connection.getInputStream(), done, total);
    if (total != FetchProgress.UNKNOWN_TOTAL && end != total) {
      throw new IOException(Text.format("%s broke off after %d of %d bytes", address, end, total));
    }
  }

  private static boolean startsAt(String contentRange, long offset) {
    return contentRange != null
        && contentRange.toLowerCase(Locale.ROOT).startsWith("bytes " + offset + "-");
  }

  /** Keeps what identifies the version; a server that sends nothing cannot be resumed. */
  private void remember(HttpURLConnection connection) throws IOException {
    String tag = connection.getHeaderField("ETag");
    String version =
        tag != null && !tag.startsWith("W/") ? tag : connection.getHeaderField("Last-Modified");
    if (version == null) {
      Files.deleteIfExists(validator);
    } else {
      Files.writeString(validator, version);
    }
  }

  private long copy(InputStream from, long start, long total) throws IOException {
    long done = start;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = from;
        OutputStream out =
            Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      progress.advanced(name, done, total);
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        done += read;
        progress.advanced(name, done, total);
      }
    }
    return done;
  }
}
