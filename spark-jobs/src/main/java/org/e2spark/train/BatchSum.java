package org.e2spark.train;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.sync.BackgroundSum;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.MicroBatchShare;
import org.e2spark.sync.MicroBatchSum;
import org.e2spark.sync.WireFormat;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Cuts;

/** How what a worker computes of a global batch is added up, and with the others' parts. */
sealed interface BatchSum extends AutoCloseable {

  /**
   * The sum that a training's options ask for.
   *
   * @param buffer where the sum stands at the end
   * @param segments in which the network can be differentiated
   * @param rule when it is
   */
  static BatchSum of(
      TrainOptions options,
      GradientBuffer buffer,
      GradientSegments segments,
      SegmentTrial.Rule rule) {
    return options.microBatch() == 0
        ? new Whole(buffer, options.wire(), segments, rule)
        : new MicroBatches(options.microBatch(), buffer);
  }

  /** How many of so many samples one pass takes, at least 1. */
  int passSize(int samples);

  /** Begins a worker's part of a batch. */
  void begin(ImageBatch batch, Communicator communicator);

  /** Starts recording a pass. */
  default Autograd record() {
    return Autograd.record();
  }

  /** Hears what a pass gave forwards, before it goes back. */
  default void forwarded(SampleSums sums) {}

  /** Adds what a pass gave, whose gradients the parameters hold. */
  void add(SampleSums sums);

  /** Leaves the sum over all passes of all workers in the buffer. */
  void finish(Communicator communicator);

  /** Stops what is under way, after a failure. */
  default void abandon() {}

  /** How gradients travel, for people; empty where that is not chosen. */
  default String description() {
    return "";
  }

  @Override
  default void close() {}

  /**
   * One pass a worker, or none, summed around the ring: rounded as the world size makes it. All at
   * once, or each segment's gradients while those before it are computed; the bits are the same.
   */
  final class Whole implements BatchSum {

    private final GradientBuffer buffer;
    private final WireFormat wire;
    private final List<GradientBuffer.Stretch> gradients = new ArrayList<>();
    private final GradientBuffer.Stretch allGradients;
    private final GradientBuffer.Stretch rest;
    private final Cuts cuts;
    private final BackgroundSum background = new BackgroundSum();
    private final SegmentTrial trial;
    private Communicator ring;
    private boolean isEmpty;
    private boolean isOverlapped;
    private int begun;

    Whole(
        GradientBuffer buffer, WireFormat wire, GradientSegments segments, SegmentTrial.Rule rule) {
      this.buffer = buffer;
      this.wire = wire;
      this.trial = new SegmentTrial(segments.count(), rule);
      List<Integer> tensors = segments.tensors();
      for (int i = 0; i < segments.count(); i++) {
        gradients.add(buffer.gradients(tensors.get(i), tensors.get(i + 1)));
      }
      allGradients = buffer.gradients(0, tensors.get(segments.count()));
      rest = buffer.rest();
      cuts = new Cuts(segments.begins(), cut -> sendFrom(cut + 1));
    }

    @Override
    public int passSize(int samples) {
      return Math.max(1, samples);
    }

    @Override
    public void begin(ImageBatch batch, Communicator communicator) {
      isEmpty = true;
      ring = communicator;
      begun = gradients.size();
      isOverlapped = trial.begin(communicator);
    }

    @Override
    public Autograd record() {
      return isOverlapped ? Autograd.record(cuts) : Autograd.record();
    }

    @Override
    public void forwarded(SampleSums sums) {
      if (isOverlapped) {
        buffer.fillRest(rest, sums);
        background.begin(ring, rest.toHost(), WireFormat.FLOAT32);
      }
    }

    /** Segments before whose beginning nothing is trained are not told of: they go along. */
    private void sendFrom(int segment) {
      while (begun > segment) {
        begun--;
        buffer.fillGradients(gradients.get(begun));
        background.begin(ring, gradients.get(begun).toHost(), wire);
      }
    }

    @Override
    public void add(SampleSums sums) {
      isEmpty = false;
      if (isOverlapped) {
        sendFrom(0);
      } else {
        buffer.fill(sums);
      }
    }

    @Override
    public void finish(Communicator communicator) {
      if (isEmpty) {
        buffer.clear();
      }
      if (!isOverlapped) {
        sumAtOnce(communicator);
      } else if (isEmpty) {
        communicator.allReduceSum(rest.toHost());
        for (int i = gradients.size() - 1; i >= 0; i--) {
          communicator.allReduceSum(gradients.get(i).toHost(), wire);
        }
      } else {
        communicator.await(background);
      }
      buffer.fromHost();
      trial.end(communicator);
    }

    private void sumAtOnce(Communicator communicator) {
      if (wire == WireFormat.FLOAT32) {
        communicator.allReduceSum(buffer.toHost());
      } else {
        communicator.allReduceSum(rest.toHost());
        communicator.allReduceSum(allGradients.toHost(), wire);
      }
    }

    @Override
    public void abandon() {
      background.abandon();
    }

    @Override
    public String description() {
      return trial.description();
    }

    @Override
    public void close() {
      background.close();
    }
  }

  /** Passes of a fixed size, summed in a tree over all of the batch's: whatever the world size. */
  final class MicroBatches implements BatchSum {

    private final int size;
    private final GradientBuffer buffer;
    private final MicroBatchSum sum;
    private boolean isShared;

    MicroBatches(int size, GradientBuffer buffer) {
      this.size = size;
      this.buffer = buffer;
      this.sum = new MicroBatchSum(buffer.host().remaining() / Float.BYTES);
    }

    @Override
    public int passSize(int samples) {
      return size;
    }

    @Override
    public void begin(ImageBatch batch, Communicator communicator) {
      int world = communicator.worldSize();
      isShared = world > 1;
      // Alone, a worker sums over what it was given, which need not be the global batch.
      int samples = world == 1 ? batch.size() : batch.globalSize();
      sum.begin(new MicroBatchShare(count(samples), world, communicator.rank()));
    }

    private int count(int samples) {
      return Math.max(1, (int) ((samples + size - 1L) / size));
    }

    @Override
    public void add(SampleSums sums) {
      buffer.fill(sums);
      sum.add(buffer.toHost());
    }

    @Override
    public void finish(Communicator communicator) {
      communicator.allReduceSum(sum, buffer.host());
      buffer.fromHost();
    }

    @Override
    public String description() {
      return isShared ? "in one bucket, after the last of a worker's micro-batches" : "";
    }
  }
}
