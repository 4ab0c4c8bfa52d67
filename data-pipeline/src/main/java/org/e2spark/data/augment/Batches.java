package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/** Checks shared by everything that takes a batch. */
final class Batches {

  private Batches() {}

  static void check(byte[] pixels, ImageShape shape, long[] ids) {
    check(pixels.length, shape, ids.length);
  }

  static void check(int length, ImageShape shape, int images) {
    if (length != (long) images * shape.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid batch: %d values (%d images of shape %s have %d)",
              length, images, shape, (long) images * shape.size()));
    }
  }
}
