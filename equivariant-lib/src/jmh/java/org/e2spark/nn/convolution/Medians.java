package org.e2spark.nn.convolution;

import java.util.Arrays;

/** Medians of times that are taken in turn. */
final class Medians {

  private final long[][] nanos;
  private int count;

  /** Of so many kinds of times, each taken 1,024 times at most. */
  Medians(int kinds) {
    nanos = new long[kinds][1024];
  }

  void add(long... times) {
    for (int i = 0; i < times.length; i++) {
      nanos[i][count] = times[i];
    }
    count++;
  }

  /** A kind of times as a multiple of another. */
  double ratio(int kind, int other) {
    return median(kind) / median(other);
  }

  /** The median of a kind of times. */
  double milliseconds(int kind) {
    return median(kind) / 1e6;
  }

  private double median(int i) {
    return Arrays.stream(nanos[i], 0, count).sorted().skip(count / 2).findFirst().orElseThrow();
  }
}
