package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The collective operations of one worker; every worker must call the same ones in the same order.
 *
 * <p>Not thread-safe: one worker, one thread.
 */
public interface Communicator extends AutoCloseable {

  /** This worker's number, from 0 to {@link #worldSize()} less one. */
  int rank();

  /** How many workers take part. */
  int worldSize();

  /**
   * Replaces {@code values} by their sum over all workers, with the same bits on every worker and
   * in every run of the same world size.
   *
   * <p>In what order a number's terms are added follows from the world size and from its index in
   * the buffer, counted from the buffer's beginning. So stretches of one buffer, each in a call of
   * its own, end in the bits of one call for all.
   *
   * @param values little-endian float32, from position to limit; position and limit stay as they
   *     are. Direct buffers save a copy, and the same object again saves its views.
   * @param format how they travel, the same on every worker; nothing is rounded in a world of one
   * @throws SyncException when a worker failed, vanished, is too slow, or calls for another size
   */
  void allReduceSum(ByteBuffer values, WireFormat format);

  /** {@link #allReduceSum(ByteBuffer, WireFormat)} of numbers that travel as they are. */
  default void allReduceSum(ByteBuffer values) {
    allReduceSum(values, WireFormat.FLOAT32);
  }

  /**
   * Fills {@code total} with the sum over all micro-batches of all workers, added in a binary tree
   * over micro-batches: the same bits on every worker and in every world size, so long as the
   * micro-batches are the same.
   *
   * @param own this worker's share, all added
   * @param total little-endian float32, from position to limit, as long as each micro-batch's
   *     values
   * @throws SyncException when a worker failed, vanished, is too slow, or calls for another size
   * @throws IllegalStateException when the share is not complete or not of this world and rank
   */
  void allReduceSum(MicroBatchSum own, ByteBuffer total);

  /** {@link #allReduceSum(ByteBuffer)} of an array. */
  default void allReduceSum(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    allReduceSum(buffer);
    buffer.asFloatBuffer().get(values);
  }

  /**
   * Waits for sums that another thread of this worker is in: time spent on others, as a sum of the
   * caller's own would be.
   */
  default void await(BackgroundSum sums) {
    sums.await();
  }

  /**
   * Tells the other workers that this one cannot go on and why, so that they stop at once with that
   * reason; then closes. Never throws.
   */
  void abort(Throwable cause);

  /** Leaves the ring. Workers still in a collective with this one see it as lost. */
  @Override
  void close();

  /** The communicator of a world of one, where every sum is what it was. */
  static Communicator alone() {
    return new SingleWorker();
  }
}
