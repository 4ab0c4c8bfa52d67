package org.e2spark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Whole files of one directory, with their digests. */
public final class VerifiedDirectory {

  /** The most that is read into memory as one file: a Java array's limit. */
  private static final long LIMIT = Integer.MAX_VALUE - 8L;

  private final Path directory;
  private final Configuration configuration;

  public VerifiedDirectory(Path directory, Configuration configuration) {
    this.directory = directory;
    this.configuration = configuration;
  }

  /** A file as it should be. */
  public record Entry(String name, long bytes, String sha256) {}

  VerifiedDirectory in(String child) {
    return new VerifiedDirectory(new Path(directory, child), configuration);
  }

  Path directory() {
    return directory;
  }

  public Entry write(String name, byte[] content) {
    Path path = new Path(directory, name);
    try {
      FileSystem system = path.getFileSystem(configuration);
      try (OutputStream out = system.create(path, true)) {
        out.write(content);
      }
      return new Entry(name, content.length, sha256(content));
    } catch (IOException e) {
      throw new CheckpointException("Cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  public Entry write(String name, String content) {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** The file's content, or nothing when there is no such file. */
  public Optional<byte[]> find(String name) {
    Path path = new Path(directory, name);
    try {
      FileSystem system = path.getFileSystem(configuration);
      long length = system.getFileStatus(path).getLen();
      if (length > LIMIT) {
        throw new CheckpointException(path + " has " + length + " bytes (at most " + LIMIT + ")");
      }
      try (InputStream in = system.open(path)) {
        return Optional.of(in.readAllBytes());
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (ChecksumException e) {
      throw new DamagedException(path + " is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  Optional<String> findText(String name) {
    return find(name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** The file's content, which must be what the entry says. */
  public byte[] read(Entry entry) {
    byte[] content = find(entry.name()).orElseThrow(() -> missing(entry));
    require(entry, content.length, sha256(content));
    return content;
  }

  /** Checks that a file is what the entry says, without keeping its content. */
  void verify(Entry entry) {
    Path path = new Path(directory, entry.name());
    MessageDigest digest = sha256();
    long length = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = path.getFileSystem(configuration).open(path)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        length += read;
      }
    } catch (FileNotFoundException e) {
      throw missing(entry);
    } catch (ChecksumException e) {
      throw new DamagedException(path + " is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException("Cannot read " + path + ": " + e.getMessage(), e);
    }
    require(entry, length, HexFormat.of().formatHex(digest.digest()));
  }

  private DamagedException missing(Entry entry) {
    return new DamagedException(new Path(directory, entry.name()) + " is missing");
  }

  private void require(Entry entry, long length, String sha256) {
    if (length != entry.bytes() || !sha256.equals(entry.sha256())) {
      throw new DamagedException(
          new Path(directory, entry.name())
              + " is damaged: "
              + length
              + " bytes, where the manifest has "
              + entry.bytes()
              + " with another digest or length");
    }
  }

  void deleteAll() {
    delete(directory);
  }

  void delete(String name) {
    delete(new Path(directory, name));
  }

  private void delete(Path path) {
    try {
      path.getFileSystem(configuration).delete(path, true);
    } catch (IOException e) {
      throw new CheckpointException("Cannot delete " + path + ": " + e.getMessage(), e);
    }
  }

  /** The digest of some bytes, in hexadecimal digits. */
  public static String sha256(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This JVM lacks SHA-256", e);
    }
  }

  public static Entry entry(List<Entry> entries, String name, Path where) {
    return entries.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new CheckpointException(where + " lists no file " + name));
  }
}
