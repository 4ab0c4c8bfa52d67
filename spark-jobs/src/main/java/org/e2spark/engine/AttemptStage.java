package org.e2spark.engine;

import java.util.List;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainingException;

/** How workers train together in one attempt. */
interface AttemptStage {

  /**
   * Waits until an attempt can begin.
   *
   * @param least workers that are enough after all patience
   * @param most workers that are enough at once
   * @return how many there will be
   * @throws RequirementException when there never are enough
   */
  int require(int least, int most);

  /**
   * Runs the workers to their end.
   *
   * @param start the checkpoint that all begin from; null for the beginning
   * @return what each has, in the order of ranks
   * @throws AttemptException if they did not come to it
   * @throws TrainingException if the training was stopped by somebody
   */
  List<WorkerResult> run(
      int workers, int attempt, CheckpointStore.Name start, EventCollector collector)
      throws AttemptException;
}
