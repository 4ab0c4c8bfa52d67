package org.e2spark.data.source;

import org.apache.spark.SparkThrowable;

/**
 * Image data that is not what its format says: names the file, the offset, what was expected there
 * and what was found.
 *
 * <p>Thrown on the driver while a source is opened, and in tasks while it is read; there it arrives
 * on the driver as the cause of Spark's exception ({@link #findIn}).
 */
public final class BadImageDataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The offset of an error that concerns a file or a folder as a whole. */
  public static final long WHOLE_FILE = -1;

  private final String file;
  private final long offset;
  private final String expected;
  private final String found;

  /**
   * Makes the exception.
   *
   * @param file path of the file, folder or table
   * @param offset byte offset in the (uncompressed) file, or {@link #WHOLE_FILE}
   * @param expected what the format asks for there
   * @param found what is there
   */
  public BadImageDataException(String file, long offset, String expected, String found) {
    this(file, offset, expected, found, null);
  }

  /** Makes the exception of a file, folder or table as a whole. */
  public BadImageDataException(String file, String expected, String found) {
    this(file, WHOLE_FILE, expected, found, null);
  }

  /** Makes the exception of a whole file with the reader's own failure as its cause. */
  public BadImageDataException(String file, String expected, String found, Throwable cause) {
    this(file, WHOLE_FILE, expected, found, cause);
  }

  /** Makes the exception with the reader's own failure as its cause. */
  public BadImageDataException(
      String file, long offset, String expected, String found, Throwable cause) {
    super(message(file, offset, expected, found), cause);
    this.file = file;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }

  private static String message(String file, long offset, String expected, String found) {
    String place = offset == WHOLE_FILE ? file : file + " at byte " + offset;
    return "Bad image data in " + place + ": expected " + expected + ", found " + found;
  }

  /**
   * Returns the first exception of this type among {@code failure} and its causes, or what Spark
   * says there of a file that its own readers could not read, or null.
   *
   * @param failure an exception of a Spark action
   */
  public static BadImageDataException findIn(Throwable failure) {
    BadImageDataException unreadable = null;
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 32; depth++) {
      if (cause instanceof BadImageDataException bad) {
        return bad;
      }
      if (unreadable == null && cause instanceof SparkThrowable spark) {
        unreadable = unreadableFile(spark, cause);
      }
      cause = cause.getCause();
    }
    return unreadable;
  }

  private static BadImageDataException unreadableFile(SparkThrowable spark, Throwable failure) {
    String condition = spark.getCondition();
    if (condition == null || !condition.startsWith("FAILED_READ_FILE")) {
      return null;
    }
    Throwable reason = failure.getCause() == null ? failure : failure.getCause();
    return new BadImageDataException(
        spark.getMessageParameters().get("path"), "a readable file", reason.toString(), failure);
  }

  /** Path of the file, folder or table. */
  public String file() {
    return file;
  }

  /** Byte offset in the uncompressed file, or {@link #WHOLE_FILE}. */
  public long offset() {
    return offset;
  }

  /** What the format asks for. */
  public String expected() {
    return expected;
  }

  /** What is there instead. */
  public String found() {
    return found;
  }
}
