package org.e2spark.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.checkpoint.VersionedFormat;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;

/**
 * How far a training has come: what a checkpoint holds beside tensors.
 *
 * @param sequence of the checkpoint, 0 before the first
 * @param epoch the current one, from 0
 * @param sampleInEpoch samples of the current epoch that were seen
 * @param samples seen in all
 * @param optimizerSteps made
 * @param running sums over the current epoch so far
 * @param history one entry for each finished epoch
 * @param skipped steps that were left out because something was infinite or no number
 * @param validation what validation has found
 */
public record TrainState(
    long sequence,
    int epoch,
    long sampleInEpoch,
    long samples,
    long optimizerSteps,
    SampleSums running,
    List<EpochMetrics> history,
    int skipped,
    ValidationState validation)
    implements Serializable {

  public static final VersionedFormat<TrainState> FORMAT =
      VersionedFormat.of(
          "state.json", TrainState.class, TrainState::nothingValidated, TrainState::nothingTimed);

  public static final TrainState START =
      new TrainState(0, 0, 0, 0, 0, SampleSums.ZERO, List.of(), 0, ValidationState.NONE);

  /** Copies the history. */
  public TrainState {
    history = List.copyOf(history);
  }

  /** From version 1 to 2. */
  private static void nothingValidated(ObjectNode state) {
    state.path("history").forEach(epoch -> ((ObjectNode) epoch).putArray("validation"));
    state.put("skipped", 0);
    ObjectNode validation = state.putObject("validation");
    validation.putArray("measured");
    validation.put("improvements", 0).put("stale", 0).put("best", 0.0).put("bestSamples", 0);
  }

  /** From version 2 to 3. */
  private static void nothingTimed(ObjectNode state) {
    state
        .path("history")
        .forEach(
            epoch ->
                ((ObjectNode) epoch)
                    .putObject("shares")
                    .put("data", 0.0)
                    .put("compute", 0.0)
                    .put("synchronisation", 0.0));
  }

  private TrainState with(
      long sequence,
      int epoch,
      long sampleInEpoch,
      long samples,
      long optimizerSteps,
      SampleSums running,
      List<EpochMetrics> history) {
    return new TrainState(
        sequence,
        epoch,
        sampleInEpoch,
        samples,
        optimizerSteps,
        running,
        history,
        skipped,
        validation);
  }

  /** Goes on over a batch from which nothing was applied. */
  TrainState afterSkipped(int size) {
    return new TrainState(
        sequence,
        epoch,
        sampleInEpoch + size,
        samples + size,
        optimizerSteps,
        running,
        history,
        skipped + 1,
        validation);
  }

  /** The same with other findings of validation. */
  public TrainState withValidation(ValidationState found) {
    return new TrainState(
        sequence, epoch, sampleInEpoch, samples, optimizerSteps, running, history, skipped, found);
  }

  /** Whether a multiple of a length was passed since so many samples; never one of 0. */
  public boolean hasPassed(long every, long before) {
    return every > 0 && samples / every > before / every;
  }

  TrainState afterBatch(SampleSums batch, int size) {
    return with(
        sequence,
        epoch,
        sampleInEpoch + size,
        samples + size,
        optimizerSteps + 1,
        running.plus(batch),
        history);
  }

  /** Goes on by whole batches, or to the end of the epoch, without what was seen there. */
  public TrainState advance(long seen, int batch) {
    long steps = (seen + batch - 1) / batch;
    return with(
        sequence,
        epoch,
        sampleInEpoch + seen,
        samples + seen,
        optimizerSteps + steps,
        running,
        history);
  }

  /** Counts what the workers saw in a round that has ended here. */
  TrainState afterRound(RoundSums round) {
    return new TrainState(
        sequence,
        epoch,
        sampleInEpoch,
        samples,
        optimizerSteps,
        running.plus(round.sums()),
        history,
        skipped + round.skipped(),
        validation);
  }

  /** Ends an epoch, of which the samples from {@code first} on took this many seconds. */
  public TrainState afterEpoch(double seconds, long first, TimeShares shares) {
    List<EpochMetrics> all = new ArrayList<>(history);
    all.add(
        new EpochMetrics(
            epoch,
            samples,
            running.meanLoss(),
            running.accuracy(),
            (sampleInEpoch - first) / seconds,
            shares,
            validation.measured()));
    return new TrainState(
        sequence,
        epoch + 1,
        0,
        samples,
        optimizerSteps,
        SampleSums.ZERO,
        all,
        skipped,
        validation.inNextEpoch());
  }

  public TrainState saved() {
    return with(sequence + 1, epoch, sampleInEpoch, samples, optimizerSteps, running, history);
  }
}
