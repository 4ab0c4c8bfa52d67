package org.e2spark.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.EpochMetrics;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.train.RequirementException;

/**
 * What a run has left behind so far, finished or not.
 *
 * @param options that its result depends on, by their paths
 * @param validated the split that it was validated on; empty for none
 * @param provenance versions, machine and so on
 * @param history one entry for each finished epoch
 * @param model that it has saved, if it is finished
 */
public record RunSummary(
    Map<String, String> options,
    String validated,
    Map<String, String> provenance,
    List<EpochMetrics> history,
    Optional<ModelCard> model) {

  /**
   * Reads a run's directory.
   *
   * @throws RequirementException when no run is there
   * @throws org.e2spark.checkpoint.CheckpointException when what is there cannot be read
   */
  public static RunSummary read(Path path, Configuration configuration) {
    RunDirectory directory = new RunDirectory(path.toString(), configuration);
    RunDirectory.Run run =
        directory
            .readRun()
            .orElseThrow(
                () ->
                    new RequirementException(
                        "No run is at " + path + ": name the --out of a training"));
    RunCheckpoints checkpoints = directory.checkpoints();
    Optional<CheckpointStore.Name> newest = checkpoints.newest();
    Path model = directory.model();
    return new RunSummary(
        Json.leaves(run.options()),
        run.options().validation().split(),
        run.provenance(),
        newest.map(name -> checkpoints.state(name).history()).orElse(List.of()),
        SavedModel.isIn(model, configuration)
            ? Optional.of(SavedModel.read(model, configuration).card())
            : Optional.empty());
  }
}
