package org.e2spark.data.source.known;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipException;
import org.e2spark.data.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings published files into a local folder: resumes where an earlier try stopped, verifies
 * checksums, unpacks archives.
 *
 * <p>A file is under its name only when it is whole and verified. A file that is there already is
 * verified, not fetched again.
 */
public final class Fetcher {

  private static final Logger log = LoggerFactory.getLogger(Fetcher.class);

  private final int attempts;
  private final Duration pause;
  private final Duration timeout;
  private final URI mirror;
  private final FetchProgress progress;

  private Fetcher(Builder builder) {
    this.attempts = builder.attempts;
    this.pause = builder.pause;
    this.timeout = builder.timeout;
    this.mirror = builder.mirror;
    this.progress = builder.progress;
  }

  /** Starts with 5 attempts, a pause of 2 seconds between them, and 30 seconds of patience. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Fetches a file.
   *
   * @return its path
   * @throws FetchException if it cannot be fetched
   * @throws ChecksumException if what arrived is not what was published
   */
  public Path fetch(RemoteFile file, Path folder) {
    try {
      Files.createDirectories(folder);
      Path target = folder.resolve(file.name());
      if (Files.exists(target)) {
        log.info("{} is there already; verifying it", target);
        verify(target, file.checksum());
      } else {
        download(file, folder, target);
      }
      if (!file.members().isEmpty()) {
        ArchiveMembers.unpack(target, folder, file.members());
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void download(RemoteFile file, Path folder, Path target) throws IOException {
    Download download = new Download(file.name(), folder, timeout, progress);
    List<URI> addresses = mirror == null ? file.addresses() : List.of(mirror.resolve(file.name()));
    IOException last = null;
    for (URI address : addresses) {
      last = download(download, address);
      if (last == null) {
        accept(download, file, target);
        return;
      }
    }
    throw new FetchException(
        Text.format(
            "Cannot fetch %s from %s: %s (%d bytes are kept; fetching again goes on from there)",
            file.name(), addresses, last, download.done()),
        last);
  }

  /** Tries as long as tries bring something or attempts are left; null if the file is whole. */
  private IOException download(Download download, URI address) throws IOException {
    int left = attempts;
    while (true) {
      long before = download.done();
      try {
        log.info("Fetching {}{}", address, before > 0 ? " from byte " + before : "");
        download.run(address);
        return null;
      } catch (IOException e) {
        left = download.done() > before ? attempts : left - 1;
        log.warn("{}: {}; {} attempts left", address, e.toString(), left);
        if (left == 0) {
          return e;
        }
      }
      rest();
    }
  }

  private void rest() {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchException("Interrupted while fetching", e);
    }
  }

  private static void accept(Download download, RemoteFile file, Path target) throws IOException {
    try {
      verify(download.part(), file.checksum());
    } catch (ChecksumException e) {
      download.discard();
      throw e;
    }
    download.finish(target);
    log.info("{} is whole: {}", target, file.checksum());
  }

  private static void verify(Path file, Checksum checksum) throws IOException {
    String found;
    try {
      found = checksum.hash(Files.newInputStream(file));
    } catch (ZipException | EOFException e) {
      throw new ChecksumException(file.toString(), checksum, "damaged compression: " + e);
    }
    if (!found.equals(checksum.hex())) {
      throw new ChecksumException(file.toString(), checksum, found);
    }
  }

  /** Options of fetching. */
  public static final class Builder {

    private int attempts = 5;
    private Duration pause = Duration.ofSeconds(2);
    private Duration timeout = Duration.ofSeconds(30);
    private URI mirror;
    private FetchProgress progress = FetchProgress.none();

    private Builder() {}

    /** Sets how many tries in a row may bring nothing before an address is given up (1 or more). */
    public Builder attempts(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("Invalid attempts: " + count + " (at least 1)");
      }
      attempts = count;
      return this;
    }

    /** Sets the pause between tries. */
    public Builder pause(Duration duration) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException("Invalid pause: " + duration + " (not negative)");
      }
      pause = duration;
      return this;
    }

    /** Sets how long to wait for a connection, and for each piece of a file. */
    public Builder timeout(Duration duration) {
      if (duration.toMillis() < 1 || duration.toMillis() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("Invalid timeout: " + duration + " (1 ms to 24 days)");
      }
      timeout = duration;
      return this;
    }

    /** Fetches from this folder of a mirror, a URI that ends in a slash, instead. */
    public Builder mirror(URI folder) {
      if (!folder.toString().endsWith("/")) {
        throw new IllegalArgumentException("Invalid mirror: " + folder + " (must end in '/')");
      }
      mirror = folder;
      return this;
    }

    /** Sets who is told how far it has come. */
    public Builder progress(FetchProgress listener) {
      progress = Objects.requireNonNull(listener, "listener is null");
      return this;
    }

    /** Makes the fetcher. */
    public Fetcher build() {
      return new Fetcher(this);
    }
  }
}
