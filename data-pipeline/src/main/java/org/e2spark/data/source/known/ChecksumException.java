package org.e2spark.data.source.known;

import org.e2spark.data.text.Text;

/** A file whose bytes are not the published ones. */
public final class ChecksumException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final String expected;
  private final String found;

  ChecksumException(String file, Checksum expected, String found) {
    super(
        Text.format(
            "Wrong checksum of %s: expected %s, found %s (damaged, or another version: fetch it again)",
            file, expected, found));
    this.file = file;
    this.expected = expected.hex();
    this.found = found;
  }

  /** Path of the file. */
  public String file() {
    return file;
  }

  /** The published hash. */
  public String expected() {
    return expected;
  }

  /** The file's hash. */
  public String found() {
    return found;
  }
}
