package org.e2spark.train;

import java.util.Arrays;

/** What logits of one image say of its class. */
public final class Softmax {

  private Softmax() {}

  /** The probabilities of the classes. */
  public static double[] of(float[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double[] values = new double[logits.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(logits[i] - most);
    }
    double sum = Arrays.stream(values).sum();
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
    return values;
  }
}
