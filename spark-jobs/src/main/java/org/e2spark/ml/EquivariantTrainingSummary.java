package org.e2spark.ml;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.classification.TrainingSummary;
import org.e2spark.events.EpochMetrics;

/** How a training went, epoch by epoch; it is not saved with the model. */
public final class EquivariantTrainingSummary implements TrainingSummary, Serializable {

  private static final long serialVersionUID = 1L;

  private final List<EpochMetrics> epochs;

  EquivariantTrainingSummary(List<EpochMetrics> epochs) {
    this.epochs = List.copyOf(epochs);
  }

  /** The mean loss of each epoch, in order. */
  @Override
  public double[] objectiveHistory() {
    return epochs.stream().mapToDouble(EpochMetrics::loss).toArray();
  }

  /** How many epochs there were. */
  @Override
  public int totalIterations() {
    return epochs.size();
  }

  /** Everything that was measured in each epoch, in order, on rows to validate on too. */
  public List<EpochMetrics> epochs() {
    return epochs;
  }
}
