package org.e2spark.train;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.sync.Communicator;

/** All steps of one worker, from where a state is to the end. */
public final class TrainLoop {

  /** What others want to know of a loop, at the places where it is consistent. */
  public interface Observer {
    /** After every step. */
    default void stepped(TrainState state, SampleSums batch) {}

    /** After a step or an epoch at which a checkpoint is due; the state counts it already. */
    default void checkpoint(TrainState state) {}

    /** After every pass of a measurement. */
    default void passed() {}

    /** After a measurement, which the state counts; a checkpoint follows before the next step. */
    default void validated(TrainState state, ValidationMetrics metrics) {}

    /** After the end of an epoch. */
    default void epochFinished(EpochMetrics epoch) {}

    /** What this worker wants, asked after every step; all workers hear of it soon. */
    default Pulse.Wish wish() {
      return Pulse.Wish.NONE;
    }

    /** What all workers have told each other; a checkpoint follows if one of them wants it. */
    default void beat(Pulse.Beat beat) {}
  }

  private static final Duration PULSE = Duration.ofSeconds(2);

  private final TrainOptions options;
  private final ShardDataset dataset;
  private final Replica replica;
  private final TimedCommunicator communicator;
  private final long checkpointEvery;
  private final Stepper stepper;
  private final ReplicaAgreement agreement;
  private final Validator validator;
  private final Pulse pulse;
  private LocalRound round;
  private long measuring;
  private long waiting;
  private long synchronising;

  /**
   * A loop.
   *
   * @param validation split to measure on; null for none
   * @param checkpointEvery samples between checkpoints inside an epoch; 0 for none but at its end
   */
  public TrainLoop(
      TrainOptions options,
      ShardDataset dataset,
      ShardDataset validation,
      Replica replica,
      Communicator communicator,
      long checkpointEvery) {
    this.options = options;
    this.dataset = dataset;
    this.replica = replica;
    this.communicator = new TimedCommunicator(communicator);
    this.checkpointEvery = checkpointEvery;
    this.stepper = new Stepper(options, dataset, replica);
    this.validator = validation == null ? null : new Validator(validation, options);
    this.agreement = new ReplicaAgreement(this.communicator);
    this.pulse = new Pulse(this.communicator, System::nanoTime, this.communicator, PULSE);
  }

  /**
   * Trains to the end, or until measurements have long been no better.
   *
   * @throws TrainingException when the loss, a gradient or a running statistic is not finite any
   *     more; no parameter was changed by it
   */
  public TrainState run(TrainState start, Observer observer) {
    TrainState state = start;
    while (state.epoch() < options.epochs() && !(isStopped(state) && state.sampleInEpoch() == 0)) {
      state = epoch(state, observer);
    }
    return state;
  }

  private TrainState epoch(TrainState start, Observer observer) {
    TrainState state = start;
    long mark = start.samples();
    long began = System.nanoTime();
    measuring = 0;
    waiting = 0;
    synchronising = 0;
    try (BatchReader reader =
        stepper.reader(state, communicator.rank(), communicator.worldSize())) {
      while (!isStopped(state)) {
        Optional<ImageBatch> read = read(reader);
        if (read.isEmpty()) {
          break;
        }
        try (ImageBatch batch = read.get()) {
          long before = communicator.nanos();
          state = step(state, batch, observer);
          synchronising += communicator.nanos() - before;
        }
        if (round == null) {
          boolean isMeasured =
              validator != null
                  && options.validation().isDue(state, mark, options.epochs(), dataset.size());
          if (isMeasured) {
            state = validate(state, observer);
          }
          boolean isWanted = isCheckpointWanted(observer);
          if (state.sampleInEpoch() < dataset.size()
              && (isMeasured || isWanted || state.hasPassed(checkpointEvery, mark))) {
            state = checkpoint(state, observer);
          }
          mark = state.samples();
        }
      }
    }
    long nanos = System.nanoTime() - began - measuring;
    state =
        state.afterEpoch(
            nanos / 1e9, start.sampleInEpoch(), TimeShares.of(nanos, waiting, synchronising));
    observer.epochFinished(state.history().get(state.history().size() - 1));
    return checkpoint(state, observer);
  }

  private Optional<ImageBatch> read(BatchReader reader) {
    long began = System.nanoTime();
    Optional<ImageBatch> batch = reader.hasNext() ? Optional.of(reader.next()) : Optional.empty();
    waiting += System.nanoTime() - began;
    return batch;
  }

  private TrainState checkpoint(TrainState state, Observer observer) {
    agreement.check(replica.digests(), "after " + state.samples() + " samples");
    TrainState saved = state.saved();
    observer.checkpoint(saved);
    return saved;
  }

  private TrainState step(TrainState before, ImageBatch batch, Observer observer) {
    if (options.localSteps().isNone()) {
      Optional<SampleSums> sums = stepper.stepOrSkip(before, 0, batch, communicator);
      TrainState state =
          sums.isPresent()
              ? before.afterBatch(sums.get(), batch.globalSize())
              : before.afterSkipped(batch.globalSize());
      observer.stepped(state, sums.orElse(SampleSums.ZERO));
      return state;
    }
    if (round == null) {
      round = new LocalRound(stepper, before);
    }
    TrainState state = round.step(before, batch);
    SampleSums sums = SampleSums.ZERO;
    if (round.isOver(state)) {
      ByteBuffer values = replica.average().contribute(round.own());
      communicator.allReduceSum(values);
      RoundSums counted = replica.average().take(values, state.optimizerSteps());
      state = LocalRound.after(state, counted, options);
      sums = counted.sums();
      round = null;
    }
    observer.stepped(state, sums);
    return state;
  }

  private boolean isStopped(TrainState state) {
    return options.validation().stops(state.validation());
  }

  private TrainState validate(TrainState state, Observer observer) {
    long began = System.nanoTime();
    ValidationMetrics metrics = validator.measure(replica, state, communicator, observer::passed);
    TrainState found = state.withValidation(state.validation().plus(metrics, options.validation()));
    observer.validated(found, metrics);
    measuring += System.nanoTime() - began;
    return found;
  }

  private boolean isCheckpointWanted(Observer observer) {
    Optional<Pulse.Beat> beat = pulse.step(observer.wish());
    beat.ifPresent(observer::beat);
    return beat.map(Pulse.Beat::wantsCheckpoint).orElse(false);
  }
}
