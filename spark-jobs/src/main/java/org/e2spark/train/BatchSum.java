package org.e2spark.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.MicroBatchShare;
import org.e2spark.sync.MicroBatchSum;
import org.e2spark.sync.WireFormat;

/** How what a worker computes of a global batch is added up, and with the others' parts. */
sealed interface BatchSum {

  /**
   * The sum that a training's options ask for.
   *
   * @param buffer where each pass leaves what it gave, and where the sum stands at the end
   */
  static BatchSum of(TrainOptions options, GradientBuffer buffer) {
    return options.microBatch() == 0
        ? new Whole(buffer, options.wire())
        : new MicroBatches(options.microBatch(), buffer);
  }

  /** How many of so many samples one pass takes, at least 1. */
  int passSize(int samples);

  /** Begins a worker's part of a batch. */
  void begin(ImageBatch batch, Communicator communicator);

  /** Adds what the buffer holds. */
  void add();

  /** Leaves the sum over all passes of all workers in the buffer. */
  void finish(Communicator communicator);

  /** One pass a worker, or none, summed around the ring: rounded as the world size makes it. */
  final class Whole implements BatchSum {

    private final GradientBuffer buffer;
    private final WireFormat wire;
    private boolean isEmpty;

    Whole(GradientBuffer buffer, WireFormat wire) {
      this.buffer = buffer;
      this.wire = wire;
    }

    @Override
    public int passSize(int samples) {
      return Math.max(1, samples);
    }

    @Override
    public void begin(ImageBatch batch, Communicator communicator) {
      isEmpty = true;
    }

    @Override
    public void add() {
      isEmpty = false;
    }

    @Override
    public void finish(Communicator communicator) {
      if (isEmpty) {
        buffer.clear();
      }
      ByteBuffer bytes = buffer.toHost();
      if (wire == WireFormat.FLOAT32) {
        communicator.allReduceSum(bytes);
      } else {
        int gradients = buffer.gradientBytes();
        communicator.allReduceSum(section(bytes, 0, gradients), wire);
        communicator.allReduceSum(section(bytes, gradients, bytes.limit()));
      }
      buffer.fromHost();
    }

    private static ByteBuffer section(ByteBuffer bytes, int from, int to) {
      return bytes.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Passes of a fixed size, summed in a tree over all of the batch's: whatever the world size. */
  final class MicroBatches implements BatchSum {

    private final int size;
    private final GradientBuffer buffer;
    private final MicroBatchSum sum;

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
      // Alone, a worker sums over what it was given, which need not be the global batch.
      int samples = world == 1 ? batch.size() : batch.globalSize();
      sum.begin(new MicroBatchShare(count(samples), world, communicator.rank()));
    }

    private int count(int samples) {
      return Math.max(1, (int) ((samples + size - 1L) / size));
    }

    @Override
    public void add() {
      sum.add(buffer.toHost());
    }

    @Override
    public void finish(Communicator communicator) {
      communicator.allReduceSum(sum, buffer.host());
      buffer.fromHost();
    }
  }
}
