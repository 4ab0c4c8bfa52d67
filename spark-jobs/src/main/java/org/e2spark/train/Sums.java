package org.e2spark.train;

/**
 * Sums over samples, of all workers.
 *
 * @param loss sum of the cross entropy
 * @param correct number of samples whose largest logit was the label's
 * @param samples number of samples
 */
record Sums(double loss, long correct, long samples) {
  static final Sums ZERO = new Sums(0, 0, 0);

  Sums plus(Sums other) {
    return new Sums(loss + other.loss, correct + other.correct, samples + other.samples);
  }

  double meanLoss() {
    return loss / samples;
  }

  double accuracy() {
    return (double) correct / samples;
  }
}
