package org.e2spark.data.source;

import java.io.Serializable;
import org.e2spark.data.text.Text;

/**
 * The shape of one image: {@code channels} planes of {@code height} rows by {@code width} columns.
 *
 * <p>An image's bytes are laid out plane by plane, row by row (CHW), one unsigned byte a value.
 *
 * @param channels number of planes, at least 1
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record ImageShape(int channels, int height, int width) implements Serializable {

  /** The largest number of bytes an image may have (64 MiB): a wrong header must not allocate. */
  public static final int MAX_BYTES = 1 << 26;

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if a side is below 1 or the image exceeds {@link #MAX_BYTES}
   */
  public ImageShape {
    if (!isValid(channels, height, width)) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid image shape: %dx%dx%d (each side at least 1, at most %d bytes in all)",
              channels, height, width, MAX_BYTES));
    }
  }

  /** Whether a shape of these sides can be made. */
  public static boolean isValid(long channels, long height, long width) {
    return channels >= 1
        && height >= 1
        && width >= 1
        && channels <= MAX_BYTES
        && height <= MAX_BYTES / channels
        && width <= MAX_BYTES / (channels * height);
  }

  /** The number of bytes of one image, {@code channels * height * width}. */
  public int size() {
    return channels * height * width;
  }

  /** The number of bytes of one plane, {@code height * width}. */
  public int planeSize() {
    return height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
