package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What one worker gives to a sum over micro-batches whose bits do not depend on the world size: its
 * own micro-batches' values, added up in a tree over all of the step's.
 *
 * <pre>{@code
 * sum.begin(new MicroBatchShare(microBatches, ring.worldSize(), ring.rank()));
 * for (int i = share.first(); i < share.end(); i++) {
 *   sum.add(gradient(i));
 * }
 * ring.allReduceSum(sum, total);
 * }</pre>
 *
 * <p>Memory: one buffer more than the logarithm of the number of own micro-batches when that and
 * the first one's number are powers of two, at most twice that; kept from step to step. Not
 * thread-safe.
 */
public final class MicroBatchSum {

  private final int bytes;
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final TreeStack stack = new TreeStack(this::buffer);
  private MicroBatchShare share;
  private int added;

  /**
   * Sums of vectors.
   *
   * @param floats the length of each
   * @throws IllegalArgumentException when it is negative or above 536,870,911 (2 GiB)
   */
  public MicroBatchSum(int floats) {
    if (floats < 0 || floats > Integer.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException(
          "Invalid length: " + floats + " (0 to " + Integer.MAX_VALUE / Float.BYTES + ")");
    }
    bytes = floats * Float.BYTES;
  }

  private ByteBuffer buffer(int place) {
    while (buffers.size() <= place) {
      buffers.add(ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
    return buffers.get(place);
  }

  /** Begins a step; what was added before is forgotten. */
  public void begin(MicroBatchShare of) {
    share = of;
    added = 0;
    stack.clear();
  }

  /**
   * Adds the next micro-batch of this worker's share, in order.
   *
   * @param values little-endian float32 from position to limit, which stay as they are
   * @throws IllegalStateException when the share is complete
   */
  public void add(ByteBuffer values) {
    requireLength(values);
    if (share == null || share.first() + added >= share.end()) {
      throw new IllegalStateException("All micro-batches were added: " + share);
    }
    stack.push(new TreeStack.Node(0, share.first() + added), values);
    added++;
  }

  void requireLength(ByteBuffer values) {
    Frames.requireFloats(values);
    if (values.remaining() != bytes) {
      throw new IllegalArgumentException(
          "Invalid buffer: " + values.remaining() + " bytes (must be " + bytes + ")");
    }
  }

  /**
   * The share, all of which has been added.
   *
   * @throws IllegalStateException when it is not complete or not of this world
   */
  MicroBatchShare complete(int worldSize, int rank) {
    if (share == null
        || share.first() + added != share.end()
        || share.worldSize() != worldSize
        || share.rank() != rank) {
      throw new IllegalStateException(
          added
              + " micro-batches were added of "
              + share
              + ", here is rank "
              + rank
              + " of "
              + worldSize);
    }
    return share;
  }

  TreeStack stack() {
    return stack;
  }
}
