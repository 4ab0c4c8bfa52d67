package org.e2spark.nn;

/** What a forward pass is for. */
public enum Mode {
  /** Statistics of the batch are used and remembered, and dropout drops. */
  TRAINING,
  /** Remembered statistics are used, and nothing is dropped. */
  EVALUATION;

  /** DJL's flag as a mode. */
  public static Mode of(boolean training) {
    return training ? TRAINING : EVALUATION;
  }

  /** Whether this is {@link #TRAINING}. */
  public boolean isTraining() {
    return this == TRAINING;
  }
}
