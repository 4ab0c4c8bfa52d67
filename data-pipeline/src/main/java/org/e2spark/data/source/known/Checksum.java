package org.e2spark.data.source.known;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.e2spark.data.text.Text;

/**
 * What bytes must hash to.
 *
 * @param algorithm hash function
 * @param of which bytes
 * @param hex the hash, in lower case
 */
public record Checksum(Algorithm algorithm, Scope of, String hex) {

  private static final int BUFFER_BYTES = 1 << 16;

  /** Hash functions in which checksums of image sets are published. */
  public enum Algorithm {
    /** MD5: finds damage, not forgery. */
    MD5("MD5", 32),
    /** SHA-256. */
    SHA256("SHA-256", 64);

    private final String javaName;
    private final int digits;

    Algorithm(String javaName, int digits) {
      this.javaName = javaName;
      this.digits = digits;
    }
  }

  /** Which bytes are hashed. */
  public enum Scope {
    /** The file as it is. */
    FILE,
    /** What the file holds, decompressed if it is gzipped: packing again does not change it. */
    CONTENT
  }

  /**
   * Checks the hash's form.
   *
   * @throws IllegalArgumentException if it is not as many hexadecimal digits as the algorithm gives
   */
  public Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
    if (!hex.matches("[0-9a-f]{" + algorithm.digits + "}")) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid %s checksum: '%s' (%d hexadecimal digits)",
              algorithm, hex, algorithm.digits));
    }
  }

  /** The published MD5 of a file. */
  public static Checksum md5(String hex) {
    return new Checksum(Algorithm.MD5, Scope.FILE, hex);
  }

  /** The SHA-256 of a file. */
  public static Checksum sha256(String hex) {
    return new Checksum(Algorithm.SHA256, Scope.FILE, hex);
  }

  /** The SHA-256 of what a file holds, gzipped or not. */
  public static Checksum sha256OfContent(String hex) {
    return new Checksum(Algorithm.SHA256, Scope.CONTENT, hex);
  }

  /** Hashes the bytes of a file, in its scope, and closes it. */
  String hash(InputStream file) throws IOException {
    try (InputStream in = scoped(new BufferedInputStream(file, BUFFER_BYTES))) {
      MessageDigest digest = MessageDigest.getInstance(algorithm.javaName);
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has " + algorithm.javaName, e);
    }
  }

  private InputStream scoped(BufferedInputStream file) throws IOException {
    file.mark(2);
    boolean gzip = file.read() == 0x1f && file.read() == 0x8b;
    file.reset();
    return of == Scope.CONTENT && gzip ? new GZIPInputStream(file, BUFFER_BYTES) : file;
  }

  @Override
  public String toString() {
    return algorithm.javaName + " " + hex;
  }
}
