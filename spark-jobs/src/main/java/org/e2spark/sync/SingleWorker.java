package org.e2spark.sync;

import java.nio.ByteBuffer;

/** A world of one. */
final class SingleWorker implements Communicator {

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int worldSize() {
    return 1;
  }

  @Override
  public void allReduceSum(ByteBuffer values, WireFormat format) {
    Frames.requireFloats(values);
  }

  @Override
  public void allReduceSum(MicroBatchSum own, ByteBuffer total) {
    own.requireLength(total);
    own.complete(1, 0);
    total.duplicate().put(own.stack().fold().duplicate());
  }

  @Override
  public void abort(Throwable cause) {}

  @Override
  public void close() {}
}
