package org.e2spark.ml;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.classification.TrainingSummary;
import org.e2spark.checkpoint.Json;
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

  /** Writes it to a new file of this machine. */
  void save(Path file) {
    try {
      Files.writeString(file, Json.line(new Epochs(epochs)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Reads what {@link #save} has written. */
  static EquivariantTrainingSummary load(Path file) {
    try {
      Epochs read = Json.read(Files.readString(file), Epochs.class, file.toString());
      return new EquivariantTrainingSummary(read.epochs);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private record Epochs(List<EpochMetrics> epochs) {}
}
