package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Cross entropy of logits, summed over samples so that workers' sums can be added. */
public final class CrossEntropy {

  private CrossEntropy() {}

  /**
   * The sum of {@code -log softmax(logits)[label]}.
   *
   * @param logits (batch, classes)
   * @param labels int64 (batch)
   */
  public static NDArray sum(NDArray logits, NDArray labels) {
    return logits.logSoftmax(1).gather(labels.expandDims(1), 1).sum().neg();
  }

  /** How many samples have their largest logit at their label. */
  public static long correct(NDArray logits, NDArray labels) {
    try (NDArray best = logits.argMax(1);
        NDArray right = best.eq(labels);
        NDArray count = right.toType(DataType.INT64, false).sum()) {
      return count.getLong();
    }
  }
}
