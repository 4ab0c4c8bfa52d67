package org.e2spark.train;

import java.nio.ByteBuffer;
import org.e2spark.sync.BackgroundSum;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.MicroBatchSum;
import org.e2spark.sync.WireFormat;

/** A communicator that knows how long its worker was in collectives: waiting for others, mostly. */
final class TimedCommunicator implements Communicator, Pulse.StopWatch {

  private final Thread owner = Thread.currentThread();
  private final Communicator inner;
  private long nanos;

  TimedCommunicator(Communicator inner) {
    this.inner = inner;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public int rank() {
    return inner.rank();
  }

  @Override
  public int worldSize() {
    return inner.worldSize();
  }

  @Override
  public void allReduceSum(ByteBuffer values, WireFormat format) {
    long began = System.nanoTime();
    inner.allReduceSum(values, format);
    if (Thread.currentThread() == owner) { // else the worker computes meanwhile
      nanos += System.nanoTime() - began;
    }
  }

  @Override
  public void allReduceSum(MicroBatchSum own, ByteBuffer total) {
    long began = System.nanoTime();
    inner.allReduceSum(own, total);
    nanos += System.nanoTime() - began;
  }

  @Override
  public void await(BackgroundSum sums) {
    long began = System.nanoTime();
    sums.await();
    nanos += System.nanoTime() - began;
  }

  @Override
  public void abort(Throwable cause) {
    inner.abort(cause);
  }

  @Override
  public void close() {
    inner.close();
  }
}
