package org.e2spark.engine;

import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.e2spark.checkpoint.Json;
import org.e2spark.data.shard.ManifestException;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.events.WorkerReport;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Rendezvous;
import org.e2spark.sync.ReportClient;
import org.e2spark.sync.RingOrder;
import org.e2spark.sync.SyncOptions;
import org.e2spark.train.Replica;
import org.e2spark.train.StartOptions;
import org.e2spark.train.TrainLoop;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.e2spark.train.TrainingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What one worker does from its task's start to its end. */
public final class WorkerTask extends AbstractFunction1<Iterator<Integer>, Iterator<WorkerResult>>
    implements Serializable {

  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(WorkerTask.class);

  private final WorkerAssignment assignment;

  WorkerTask(WorkerAssignment assignment) {
    this.assignment = assignment;
  }

  @Override
  public Iterator<WorkerResult> apply(Iterator<Integer> ignored) {
    BarrierTaskContext task = BarrierTaskContext.get();
    SyncOptions sync = assignment.run().sync();
    try (ReportClient reports =
        ReportClient.connect(
            assignment.reports(), task.partitionId(), assignment.secret(), sync.encryption())) {
      WorkerResult result = work(task, sync, reports);
      return CollectionConverters.asScala(List.of(result).iterator());
    }
  }

  private WorkerResult work(BarrierTaskContext task, SyncOptions sync, ReportClient reports) {
    StopSign stop = StopSign.of(task);
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    String self = "Task " + task.partitionId() + " on " + host;
    Communicator communicator = null;
    try (Rendezvous rendezvous = Rendezvous.open(host, sync)) {
      // First, so that a worker without its natives says so before others train.
      EngineSettings.apply(assignment.threads());
      RingOrder order = RingOrder.of(List.of(task.allGather(rendezvous.address())));
      assignment.alive();
      int rank = order.rank(task.partitionId());
      self = "Rank " + rank + " on " + host;
      communicator = rendezvous.join(rank, order.addresses(), assignment.secret());
      return train(task, communicator, order.addresses(), reports);
    } catch (RuntimeException | Error e) {
      reports.send(
          Json.line(
              WorkerReport.of(stop.isUp() ? Failures.ofStopped(self, e) : Failures.of(self, e))));
      if (communicator != null) {
        communicator.abort(e);
      }
      throw e;
    } finally {
      if (communicator != null) {
        communicator.close();
      }
    }
  }

  private WorkerResult train(
      BarrierTaskContext task,
      Communicator communicator,
      List<String> addresses,
      ReportClient reports) {
    Configuration configuration = assignment.storage().value();
    TrainOptions options = assignment.options();
    RunDirectory run =
        new RunDirectory(assignment.run().output(), configuration, assignment.run().keepLast());
    if (run.readRun().isEmpty()) {
      throw new TrainingException(
          "Rank "
              + communicator.rank()
              + " sees no run in "
              + run.path()
              + ", which the driver has made: --out must be on storage that all machines share");
    }
    Runnable alive = assignment::alive;
    try (ShardDataset dataset = open(options, options.split(), configuration, alive);
        ShardDataset validation = validation(options, configuration, alive);
        Replica replica =
            new Replica(assignment.network(), dataset.manifest(), options, Devices.of(task))) {
      alive.run();
      TrainState start =
          assignment.start() == null
              ? begin(replica, options.start(), configuration)
              : run.checkpoints().restore(assignment.start(), replica);
      alive.run();
      log.info(
          "Task {} is rank {} of {} and begins attempt {} at sample {}",
          task.partitionId(),
          communicator.rank(),
          communicator.worldSize(),
          assignment.attempt(),
          start.samples());
      try (RunRecorder recorder =
          new RunRecorder(
              StopSign.of(task),
              communicator.rank(),
              addresses,
              assignment.run().checkpointEvery(),
              new CheckpointRecorder(
                  run,
                  assignment.attempt(),
                  assignment.start(),
                  replica,
                  assignment.run().sync().timeouts().idle()),
              reports,
              alive)) {
        TrainState end =
            new TrainLoop(
                    options,
                    dataset,
                    validation,
                    replica,
                    communicator,
                    assignment.run().checkpointEvery().inSamples(dataset.size()))
                .run(start, recorder);
        return new WorkerResult(
            communicator.rank(),
            end.samples(),
            replica.parameterCount(),
            replica.gradients(),
            recorder.finish());
      }
    }
  }

  /** Puts a replica where a training begins that has no checkpoint. */
  static TrainState begin(Replica replica, StartOptions options, Configuration configuration) {
    if (options.hasModel()) {
      replica.start(SavedModel.read(new Path(options.model()), configuration).weights(), options);
    }
    return TrainState.START;
  }

  static ShardDataset validation(
      TrainOptions options, Configuration configuration, Runnable alive) {
    return options.validation().measures()
        ? open(options, options.validation().split(), configuration, alive)
        : null;
  }

  static ShardDataset open(
      TrainOptions options, String split, Configuration configuration, Runnable alive) {
    try {
      return ShardDataset.open(new Path(options.data()), split, configuration, alive);
    } catch (ManifestException e) {
      throw new TrainingException(
          "A worker cannot read "
              + options.data()
              + ", which the driver has read: --data must be on storage that all machines share ("
              + e.getMessage()
              + ")",
          e);
    }
  }
}
