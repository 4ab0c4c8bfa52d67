package org.e2spark.nn;

/** What a forward pass is for. */
public enum Mode {
  /**
   * Statistics of the batch are used and remembered, dropout drops, filters are part of the
   * recorded computation.
   */
  TRAINING,
  /** Remembered statistics are used, nothing is dropped, filters come from a cache. */
  EVALUATION;

  public static Mode of(boolean training) {
    return training ? TRAINING : EVALUATION;
  }

  public boolean isTraining() {
    return this == TRAINING;
  }
}
