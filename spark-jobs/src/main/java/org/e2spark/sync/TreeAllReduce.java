package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The sum over micro-batches around the ring, in the order of one tree whatever the world size.
 *
 * <p>From rank 0 to the last, each worker takes the nodes that make up all micro-batches before its
 * own, merges its own into them and passes on what makes up the longer range; the last one folds
 * them and sends the sum round. This goes slice by slice, one round of the ring apart, so that all
 * links are busy at once: a link carries as many buffers as there are ones in the binary number of
 * micro-batches before it, and one for the result. No link but the ring's is needed, any world size
 * will do, and nobody holds more than its own sums.
 */
final class TreeAllReduce {

  /** Exchanges a frame with both neighbours. */
  interface Exchange {
    void round(int number, ByteBuffer out, ByteBuffer in);
  }

  private static final int SLICE_BYTES = 256 * 1024;

  private final int rank;
  private final int worldSize;
  private final Exchange exchange;
  private ByteBuffer slots = ByteBuffer.allocateDirect(0);
  private ByteBuffer out = ByteBuffer.allocateDirect(0);
  private ByteBuffer in = ByteBuffer.allocateDirect(0);
  private int slotBytes;
  private final TreeStack stack = new TreeStack(this::slot);

  TreeAllReduce(int rank, int worldSize, Exchange exchange) {
    this.rank = rank;
    this.worldSize = worldSize;
    this.exchange = exchange;
  }

  void sum(MicroBatchSum own, ByteBuffer result) {
    MicroBatchShare share = own.complete(worldSize, rank);
    List<TreeStack.Node> before = TreeStack.nodes(0, share.first());
    int passed = TreeStack.nodes(0, share.end()).size();
    int bytes = result.remaining();
    int slices = Math.max(1, (bytes + SLICE_BYTES - 1) / SLICE_BYTES);
    int most = before.size() + own.stack().nodes().size() + 1;
    slots = grown(slots, most * SLICE_BYTES);
    out = grown(out, (passed + 1) * SLICE_BYTES);
    in = grown(in, (before.size() + 1) * SLICE_BYTES);
    if (rank == 0) {
      merge(before, own, 0, Math.min(bytes, SLICE_BYTES));
    }
    for (int round = 0; round < slices + 2 * worldSize - 3; round++) {
      out.clear();
      int given = passedBy(rank, round, slices);
      if (given >= 0) {
        out.put(0, slots, 0, passed * size(given, bytes));
        out.position(passed * size(given, bytes));
      }
      int told = toldBy(rank, round, slices);
      if (told >= 0) {
        out.put(slice(result, told, bytes));
      }
      int taken = passedBy(rank - 1, round, slices);
      int heard = toldBy(Math.floorMod(rank - 1, worldSize), round, slices);
      int prefix = taken < 0 ? 0 : before.size() * size(taken, bytes);
      in.clear().limit(prefix + (heard < 0 ? 0 : size(heard, bytes)));
      exchange.round(round, out.flip(), in);
      if (heard >= 0) {
        slice(result, heard, bytes).put(in.slice(prefix, size(heard, bytes)));
      }
      if (rank == 0 && round + 1 < slices) {
        merge(before, own, round + 1, size(round + 1, bytes));
      } else if (taken >= 0) {
        merge(before, own, taken, size(taken, bytes));
      }
      if (rank == worldSize - 1 && taken >= 0) {
        slice(result, taken, bytes).put(stack.fold().duplicate());
      }
    }
  }

  /** Which slice of the nodes a rank passes on in a round; negative for none. */
  private int passedBy(int from, int round, int slices) {
    int slice = round - from;
    return from >= 0 && from < worldSize - 1 && slice >= 0 && slice < slices ? slice : -1;
  }

  /** Which slice of the result a rank tells the next one in a round; negative for none. */
  private int toldBy(int from, int round, int slices) {
    if (from == worldSize - 2) {
      return -1; // the next one made it
    }
    int slice = from == worldSize - 1 ? round - from : round - worldSize - from;
    return slice >= 0 && slice < slices ? slice : -1;
  }

  /** Puts the nodes that came, then the worker's own, into the slots. */
  private void merge(List<TreeStack.Node> before, MicroBatchSum own, int slice, int size) {
    slotBytes = size;
    stack.clear();
    if (!before.isEmpty()) {
      slots.put(0, in, 0, before.size() * size);
    }
    before.forEach(stack::place);
    TreeStack mine = own.stack();
    for (int i = 0; i < mine.nodes().size(); i++) {
      ByteBuffer values = mine.values(i).slice(slice * SLICE_BYTES, size);
      stack.push(mine.nodes().get(i), values.order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private ByteBuffer slot(int place) {
    return slots.slice(place * slotBytes, slotBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer slice(ByteBuffer values, int slice, int bytes) {
    return values.slice(values.position() + slice * SLICE_BYTES, size(slice, bytes));
  }

  private static int size(int slice, int bytes) {
    return Math.min(SLICE_BYTES, bytes - slice * SLICE_BYTES);
  }

  private static ByteBuffer grown(ByteBuffer buffer, int bytes) {
    return buffer.capacity() >= bytes
        ? buffer
        : ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
