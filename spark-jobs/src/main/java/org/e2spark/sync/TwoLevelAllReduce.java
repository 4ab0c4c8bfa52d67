package org.e2spark.sync;

import java.nio.ByteBuffer;

/**
 * All-reduce first among the workers of a machine and then between machines: each worker of a
 * machine comes to one part of its sum, sums that with the workers of other machines that have come
 * to the same part, and gives it to those of its own. Between machines go a ring's bytes for as
 * many workers as there are machines, half of them if there are two with many devices.
 *
 * <p>A machine's workers are ranks that follow each other, so many for all machines. Which terms
 * are added in which order follows from that number, the world size and a number's index in the
 * buffer alone, not from where workers really are: what is trained stays the same when they come to
 * stand elsewhere.
 *
 * @param machine ring of the workers of this worker's machine
 * @param machines ring of one worker of each machine
 */
record TwoLevelAllReduce(int worldSize, RingAllReduce machine, RingAllReduce machines)
    implements Communicator {

  @Override
  public int rank() {
    return machine.rank();
  }

  @Override
  public void allReduceSum(ByteBuffer values, WireFormat format) {
    machine.begin(values);
    machines.begin(values);
    int from = values.position();
    do {
      int to = machines.endOfBlock(from, values.limit());
      machine.scatter(from, to, format);
      machines.scatter(from, to, format);
      machines.gather(from, to, format);
      machine.gather(from, to, format);
      from = to;
    } while (from < values.limit());
  }

  /**
   * Is not to be called: the tree over micro-batches goes along one ring of all workers.
   *
   * @throws IllegalStateException always
   */
  @Override
  public void allReduceSum(MicroBatchSum own, ByteBuffer total) {
    throw new IllegalStateException("Micro-batches are summed along one ring of all workers");
  }

  @Override
  public void abort(Throwable cause) {
    RingAllReduce.abort(cause, machine, machines);
  }

  @Override
  public void close() {
    machine.close();
    machines.close();
  }
}
