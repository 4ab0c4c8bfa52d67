package org.e2spark.train;

import java.io.Serializable;

/**
 * Sums over samples, of all workers.
 *
 * @param loss sum of the cross entropy
 * @param correct number of samples whose largest logit was the label's
 * @param samples number of samples
 */
public record SampleSums(double loss, long correct, long samples) implements Serializable {
  public static final SampleSums ZERO = new SampleSums(0, 0, 0);

  public SampleSums plus(SampleSums other) {
    return new SampleSums(loss + other.loss, correct + other.correct, samples + other.samples);
  }

  public double meanLoss() {
    return loss / samples;
  }

  public double accuracy() {
    return (double) correct / samples;
  }
}
