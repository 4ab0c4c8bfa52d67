package org.e2spark.data.augment;

import org.e2spark.data.text.Text;

/** Labels as probabilities of the classes. */
public final class Targets {

  private Targets() {}

  /**
   * Returns {@code (batch, classes)} rows of zeros with a one at the label.
   *
   * @throws IllegalArgumentException if a label is not in {@code [0, classes)}
   */
  public static float[] oneHot(int[] labels, int classes) {
    float[] targets = new float[Math.multiplyExact(labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            Text.format("Invalid label: %d (0 to %d)", labels[i], classes - 1));
      }
      targets[i * classes + labels[i]] = 1;
    }
    return targets;
  }
}
