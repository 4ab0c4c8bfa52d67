package org.e2spark.infer;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How often a model takes samples of one class for another.
 *
 * @param counts samples, by label and by the class that was predicted
 */
public record Confusion(long[][] counts) implements Serializable {

  /** Of a model that has seen nothing yet. */
  static Confusion ofClasses(int classes) {
    return new Confusion(new long[classes][classes]);
  }

  void count(int label, int predicted) {
    counts[label][predicted]++;
  }

  Confusion plus(Confusion other) {
    Confusion sum = ofClasses(counts.length);
    for (int label = 0; label < counts.length; label++) {
      for (int predicted = 0; predicted < counts.length; predicted++) {
        sum.counts[label][predicted] = counts[label][predicted] + other.counts[label][predicted];
      }
    }
    return sum;
  }

  /** The number of samples. */
  public long samples() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  /** The number of samples that were classified wrong. */
  public long errors() {
    long right = 0;
    for (int label = 0; label < counts.length; label++) {
      right += counts[label][label];
    }
    return samples() - right;
  }

  /** Fraction of a class's samples that were classified wrong; 0 if it has none. */
  public double errorRate(int label) {
    long all = Arrays.stream(counts[label]).sum();
    return all == 0 ? 0 : (double) (all - counts[label][label]) / all;
  }
}
