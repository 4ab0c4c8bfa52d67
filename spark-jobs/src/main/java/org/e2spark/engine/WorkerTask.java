package org.e2spark.engine;

import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.WorkerReport;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Meeting;
import org.e2spark.sync.ReportClient;
import org.e2spark.sync.RingOrder;
import org.e2spark.sync.SyncOptions;
import org.e2spark.train.Replica;
import org.e2spark.train.RequirementException;
import org.e2spark.train.StartOptions;
import org.e2spark.train.TrainLoop;
import org.e2spark.train.TrainState;
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
    try {
      EngineSettings.apply(assignment.threads());
      RunDirectory run = runDirectory();
      // Before it meets the others: nobody waits in a sum for whoever has more to fetch.
      try (WorkerParts parts = parts(task);
          Meeting meeting = Meeting.open(host, sync, assignment.group())) {
        TrainState start = start(run, parts.replica());
        List<String> doors = gather(task, meeting.address());
        RingOrder order = Meeting.order(doors);
        int rank = order.rank(task.partitionId());
        self = "Rank " + rank + " on " + host;
        communicator = meeting.join(rank, order, doors, assignment.secret());
        log.info(
            "Task {} is rank {} of {} and begins attempt {} at sample {}",
            task.partitionId(),
            rank,
            communicator.worldSize(),
            assignment.attempt(),
            start.samples());
        try (RunRecorder recorder =
            recorder(task, run, parts.replica(), rank, order.addresses(), reports)) {
          return train(parts, communicator, start, recorder);
        }
      }
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

  private RunDirectory runDirectory() {
    RunOptions run = assignment.run();
    RunDirectory directory =
        new RunDirectory(run.output(), assignment.storage().value(), run.keepLast());
    if (directory.readRun().isEmpty()) {
      throw new RequirementException(
          "A worker sees no run in "
              + directory.path()
              + ", which the driver has made: --out must be on storage that all machines share");
    }
    return directory;
  }

  private WorkerParts parts(TaskContext task) {
    return WorkerParts.open(
        assignment.options(),
        assignment.network(),
        assignment.storage().value(),
        task,
        assignment::alive);
  }

  private TrainState start(RunDirectory run, Replica replica) {
    TrainState start =
        assignment.start() == null
            ? begin(replica, assignment.options().start(), assignment.storage().value())
            : run.checkpoints().restore(assignment.start(), replica);
    assignment.alive();
    return start;
  }

  /** Puts a replica where a training begins that has no checkpoint. */
  static TrainState begin(Replica replica, StartOptions options, Configuration configuration) {
    if (options.hasModel()) {
      replica.start(SavedModel.read(new Path(options.model()), configuration).weights(), options);
    }
    return TrainState.START;
  }

  /** Waits for all others, who give signs of life themselves. */
  private List<String> gather(BarrierTaskContext task, String address) {
    try (SignsOfWaiting ignored = new SignsOfWaiting(assignment::alive)) {
      return List.of(task.allGather(address));
    }
  }

  private RunRecorder recorder(
      TaskContext task,
      RunDirectory run,
      Replica replica,
      int rank,
      List<String> addresses,
      ReportClient reports) {
    return new RunRecorder(
        StopSign.of(task),
        rank,
        addresses,
        assignment,
        new CheckpointRecorder(
            run,
            assignment.attempt(),
            assignment.start(),
            replica,
            assignment.run().sync().timeouts().idle()),
        reports);
  }

  private WorkerResult train(
      WorkerParts parts, Communicator communicator, TrainState start, RunRecorder recorder) {
    TrainState end =
        new TrainLoop(
                assignment.options(),
                parts.dataset(),
                parts.validation(),
                parts.replica(),
                communicator,
                assignment.run().checkpointEvery().inSamples(parts.dataset().size()))
            .run(start, recorder);
    return new WorkerResult(
        communicator.rank(),
        end.samples(),
        parts.replica().parameterCount(),
        parts.replica().gradients(),
        recorder.finish());
  }
}
