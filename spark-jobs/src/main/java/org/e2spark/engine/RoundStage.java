package org.e2spark.engine;

import ai.djl.Device;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.train.LocalRound;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.Replica;
import org.e2spark.train.RequirementException;
import org.e2spark.train.SampleSums;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.e2spark.train.Validator;

/**
 * The rounds of one attempt, each an ordinary Spark job: the state goes out by broadcast, workers
 * make steps alone, and a shuffle sums what they come to. Spark repeats tasks that were lost, runs
 * them one after another where slots are few, and may run them twice; the result is the same.
 */
record RoundStage(
    SparkContext context,
    ClusterPreflight cluster,
    TrainOptions options,
    NetworkFactory network,
    RunOptions run,
    RunDirectory directory)
    implements AttemptStage {

  @Override
  public int require(int least, int most) {
    // With dynamic allocation executors come when tasks wait, and not before.
    if (!cluster.isDynamic() && cluster.awaitSlots(1, run.patience()) < 1) {
      throw new RequirementException(
          context.master()
              + " has no free slot after "
              + run.patience().toSeconds()
              + " s (averaging needs 1): add executors, or raise --wait");
    }
    return most;
  }

  @Override
  public List<WorkerResult> run(
      int workers, int attempt, CheckpointStore.Name start, EventCollector collector)
      throws AttemptException {
    int threads = cluster.threads(workers);
    EngineSettings.apply(threads);
    Configuration configuration = context.hadoopConfiguration();
    ShardManifest data = ShardManifest.read(new Path(options.data()), configuration);
    RoundAssignment assignment =
        new RoundAssignment(
            UUID.randomUUID().toString(),
            options,
            network,
            workers,
            threads,
            new SerializableConfiguration(configuration));
    RoundJob job = new RoundJob(context, cluster, assignment, run);
    try (Replica replica = new Replica(network, data, options, Device.cpu());
        CheckpointRecorder checkpoints =
            new CheckpointRecorder(
                directory, attempt, start, replica, run.sync().timeouts().idle())) {
      return new Rounds(workers, job, data, replica, checkpoints, collector).run(start);
    } finally {
      job.free();
    }
  }

  /** The rounds of one attempt, from a state to the end. */
  private final class Rounds {

    private final int workers;
    private final RoundJob job;
    private final RoundTimes times;
    private final ShardManifest data;
    private final long size;
    private final Replica replica;
    private final CheckpointRecorder checkpoints;
    private final EventCollector collector;
    private long lastCheckpoint = System.nanoTime();

    Rounds(
        int workers,
        RoundJob job,
        ShardManifest data,
        Replica replica,
        CheckpointRecorder checkpoints,
        EventCollector collector) {
      this.workers = workers;
      this.job = job;
      this.times = new RoundTimes(workers);
      this.data = data;
      this.size = data.split(options.split()).samples();
      this.replica = replica;
      this.checkpoints = checkpoints;
      this.collector = collector;
    }

    List<WorkerResult> run(CheckpointStore.Name start) throws AttemptException {
      TrainState state =
          start == null
              ? WorkerTask.begin(replica, options.start(), context.hadoopConfiguration())
              : directory.checkpoints().restore(start, replica);
      while (state.epoch() < options.epochs()
          && !(isStopped(state) && state.sampleInEpoch() == 0)) {
        state = epoch(state);
      }
      CheckpointStore.Name last = checkpoints.finish();
      long samples = state.samples();
      return IntStream.range(0, workers)
          .mapToObj(
              rank ->
                  new WorkerResult(
                      rank, samples, replica.parameterCount(), "", rank == 0 ? last : null))
          .toList();
    }

    private boolean isStopped(TrainState state) {
      return options.validation().stops(state.validation());
    }

    private TrainState epoch(TrainState start) throws AttemptException {
      TrainState state = start;
      times.beginEpoch();
      while (state.sampleInEpoch() < size && !isStopped(state)) {
        long mark = state.samples();
        state = round(state);
        SampleSums sums = state.running();
        collector.tell(
            new TrainEvent.Progressed(
                state.epoch(), state.samples(), sums.meanLoss(), sums.accuracy()));
        boolean isMeasured = options.validation().isDue(state, mark, options.epochs(), size);
        if (isMeasured) {
          state = measure(state);
        }
        if (state.sampleInEpoch() < size && (isMeasured || isCheckpointDue(state, mark))) {
          state = checkpoint(state);
        }
      }
      state = state.afterEpoch(times.seconds(), start.sampleInEpoch(), times.shares());
      List<EpochMetrics> history = state.history();
      collector.tell(new TrainEvent.EpochFinished(history.get(history.size() - 1)));
      return checkpoint(state);
    }

    private TrainState round(TrainState start) throws AttemptException {
      long seen = options.localSteps().samples(start, options.batch(), size);
      TrainState end = start.advance(seen, options.batch());
      times.beginRound();
      replica.average().begin();
      RoundJob.Outcome outcome = job.run(RoundTask.Work.TRAIN, RoundState.of(start, replica));
      TrainState state =
          LocalRound.after(
              end, replica.average().take(outcome.values(), end.optimizerSteps()), options);
      times.endRound(outcome.words(), collector);
      return state;
    }

    private TrainState measure(TrainState state) throws AttemptException {
      ByteBuffer sum = job.run(RoundTask.Work.MEASURE, RoundState.of(state, replica)).values();
      float[] table = new float[sum.remaining() / Float.BYTES];
      sum.asFloatBuffer().get(table);
      String split = options.validation().split();
      ValidationMetrics metrics = Validator.metrics(table, state, data.split(split).samples());
      TrainState found =
          state.withValidation(state.validation().plus(metrics, options.validation()));
      collector.tell(new TrainEvent.Validated(split, metrics, checkpoints.validated(found)));
      return found;
    }

    private boolean isCheckpointDue(TrainState state, long mark) {
      return state.hasPassed(run.checkpointEvery().inSamples(size), mark)
          || run.checkpointEvery()
              .inTime()
              .map(time -> System.nanoTime() - lastCheckpoint >= time.toNanos())
              .orElse(false);
    }

    private TrainState checkpoint(TrainState state) {
      lastCheckpoint = System.nanoTime();
      TrainState saved = state.saved();
      checkpoints.checkpoint(saved);
      return saved;
    }
  }
}
