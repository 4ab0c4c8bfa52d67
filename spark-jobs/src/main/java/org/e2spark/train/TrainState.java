package org.e2spark.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.checkpoint.VersionedFormat;
import org.e2spark.events.EpochMetrics;

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
 */
public record TrainState(
    long sequence,
    int epoch,
    long sampleInEpoch,
    long samples,
    long optimizerSteps,
    SampleSums running,
    List<EpochMetrics> history)
    implements Serializable {

  public static final VersionedFormat<TrainState> FORMAT =
      VersionedFormat.of("state.json", TrainState.class);

  public static final TrainState START = new TrainState(0, 0, 0, 0, 0, SampleSums.ZERO, List.of());

  /** Copies the history. */
  public TrainState {
    history = List.copyOf(history);
  }

  TrainState afterBatch(SampleSums batch, int size) {
    return new TrainState(
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
    return new TrainState(
        sequence,
        epoch,
        sampleInEpoch + seen,
        samples + seen,
        optimizerSteps + steps,
        running,
        history);
  }

  /** Counts what the workers saw in a round that has ended here. */
  public TrainState afterRound(SampleSums round) {
    return new TrainState(
        sequence, epoch, sampleInEpoch, samples, optimizerSteps, running.plus(round), history);
  }

  /** Ends an epoch, of which the samples from {@code first} on took this many seconds. */
  public TrainState afterEpoch(double seconds, long first) {
    List<EpochMetrics> all = new ArrayList<>(history);
    all.add(
        new EpochMetrics(
            epoch,
            samples,
            running.meanLoss(),
            running.accuracy(),
            (sampleInEpoch - first) / seconds));
    return new TrainState(sequence, epoch + 1, 0, samples, optimizerSteps, SampleSums.ZERO, all);
  }

  public TrainState saved() {
    return new TrainState(
        sequence + 1, epoch, sampleInEpoch, samples, optimizerSteps, running, history);
  }
}
