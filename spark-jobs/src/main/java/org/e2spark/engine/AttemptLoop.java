package org.e2spark.engine;

import java.util.List;
import java.util.Optional;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.events.WorkerReport.Nature;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts to train, one after another, until one comes to the end: each begins from the newest
 * whole checkpoint, which the driver names to all workers, with as many workers as there are slots
 * for.
 *
 * <p>Spark does not try a barrier stage that returns results again, and the stages that it does try
 * again it gives up after four; so the driver does.
 */
record AttemptLoop(
    AttemptStage stage,
    TrainOptions options,
    RunOptions run,
    RunDirectory directory,
    TrainListener listener) {

  private static final Logger log = LoggerFactory.getLogger(AttemptLoop.class);

  /**
   * Trains to the end.
   *
   * @param most workers at once
   * @param samples of the whole training
   * @return what the workers of the last attempt have
   * @throws CorruptTrainingDataException if a worker found the data damaged
   * @throws RequirementException if a worker cannot do what was asked for
   * @throws TrainingException if it cannot be done, or not within the restarts that are allowed:
   *     the first failure of the last attempt
   */
  List<WorkerResult> run(RunLease lease, int most, long samples) {
    int least = run.minWorkers() > 0 ? run.minWorkers() : most;
    int restarts = 0;
    while (true) {
      int workers = stage.require(least, most);
      int before = lease.workers();
      int attempt = lease.nextAttempt(workers);
      Optional<CheckpointStore.Name> start = directory.checkpoints().newest();
      long done = start.map(name -> directory.checkpoints().state(name).samples()).orElse(0L);
      if (done > 0) {
        log.info("Attempt {} goes on after {} samples", attempt, done);
        if (before != workers) {
          log.warn("{} workers instead of {}: {}", workers, before, options.onOtherWorldSize());
        }
      }
      EventCollector collector = new EventCollector(listener);
      collector.tell(new TrainEvent.Started(samples, done));
      try {
        return stage.run(workers, attempt, start.orElse(null), collector);
      } catch (AttemptException e) {
        if (e.nature() == Nature.DATA) {
          throw new CorruptTrainingDataException(e.getMessage(), e);
        }
        if (e.nature() == Nature.REFUSED) {
          throw new RequirementException(e.getMessage(), e);
        }
        boolean over = e.nature() != Nature.LEAVING && restarts >= run.maxRestarts();
        if (e.nature() == Nature.LASTING || over) {
          throw new TrainingException(
              e.getMessage()
                  + (e.nature() == Nature.PASSING && run.maxRestarts() > 0
                      ? " (attempt " + (restarts + 1) + "; --max-restarts allows no more)"
                      : ""),
              e);
        }
        restarts += e.nature() == Nature.LEAVING ? 0 : 1;
        log.warn("Attempt {} failed, and another begins: {}", attempt, e.getMessage());
        collector.tell(new TrainEvent.Restarted(attempt, e.getMessage()));
      }
    }
  }
}
