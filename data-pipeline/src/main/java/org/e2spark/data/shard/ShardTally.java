package org.e2spark.data.shard;

import org.e2spark.data.source.ImageShape;

/**
 * Checks a shard's rows as they come and counts them; pixels in whole numbers so that order is
 * nothing.
 */
final class ShardTally {
  /** Squares of this many bytes still sum up in an int. */
  private static final int CHUNK = 1 << 14;

  private final int channels;
  private final int plane;
  private final long[] sums;
  private final long[] sumsOfSquares;
  private final long[] classCounts;
  private final double[] classWeightSums;
  private boolean any;
  private long lastId;

  ShardTally(ImageShape shape, int classes) {
    this.channels = shape.channels();
    this.plane = shape.height() * shape.width();
    this.sums = new long[channels];
    this.sumsOfSquares = new long[channels];
    this.classCounts = new long[classes];
    this.classWeightSums = new double[classes];
  }

  void add(long id, int label, byte[] bytes, int start, int length) {
    if (length != channels * plane) {
      throw new IllegalArgumentException(
          "Image " + id + " has " + length + " bytes (expected " + channels * plane + ")");
    }
    if (label < 0 || label >= classCounts.length) {
      throw new IllegalArgumentException(
          "Image " + id + " has label " + label + " (must be in [0, " + classCounts.length + "))");
    }
    if (any && id <= lastId) {
      throw new IllegalArgumentException(
          "Image " + id + " follows image " + lastId + " (ids must be unique and ascending)");
    }
    any = true;
    lastId = id;
    classCounts[label]++;
    for (int c = 0; c < channels; c++) {
      int end = start + (c + 1) * plane;
      for (int from = start + c * plane; from < end; from += CHUNK) {
        addPixels(c, bytes, from, Math.min(end, from + CHUNK));
      }
    }
  }

  /** Says how much an image that was added counts. */
  void weigh(int label, double weight) {
    classWeightSums[label] += weight;
  }

  private void addPixels(int channel, byte[] bytes, int from, int to) {
    int sum = 0;
    int squares = 0;
    for (int i = from; i < to; i++) {
      int pixel = bytes[i] & 0xff;
      sum += pixel;
      squares += pixel * pixel;
    }
    sums[channel] += sum;
    sumsOfSquares[channel] += squares;
  }

  ShardSummary summary(long rows, long bytes, String checksum) {
    return new ShardSummary(
        rows, bytes, checksum, sums, sumsOfSquares, classCounts, classWeightSums);
  }
}
