package org.e2spark.sync;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a worker meets the others: in one ring of all or, where machines have several workers each,
 * in a ring of its machine's and in one that goes from machine to machine.
 */
public final class Meeting implements AutoCloseable {

  private static final String AND = " ";

  private final int group;
  private final Rendezvous near;
  private final Rendezvous far;

  private Meeting(int group, Rendezvous near, Rendezvous far) {
    this.group = group;
    this.near = near;
    this.far = far;
  }

  /**
   * Opens the ports.
   *
   * @param host the name or number others reach this machine by
   * @param group so many workers are summed before they are with others; 1 for one ring
   * @throws SyncException.CannotListen when this machine has no such address or no free port
   */
  public static Meeting open(String host, SyncOptions options, int group) {
    Rendezvous near = Rendezvous.open(host, options);
    try {
      return new Meeting(group, near, group == 1 ? null : Rendezvous.open(host, options));
    } catch (RuntimeException e) {
      near.close();
      throw e;
    }
  }

  /**
   * How many workers that follow each other are summed first.
   *
   * @param workers of a training
   * @param each so many has every machine
   * @return 1 where that makes no difference, or does not come out even
   */
  public static int group(int workers, int each) {
    return workers % each == 0 && each < workers ? each : 1;
  }

  /** Host and port of each ring, to be gathered from all workers. */
  public String address() {
    return far == null ? near.address() : near.address() + AND + far.address();
  }

  /**
   * Which ranks tasks take.
   *
   * @param addresses every worker's {@link #address()}, by the number of its task
   */
  public static RingOrder order(List<String> addresses) {
    return RingOrder.of(addresses.stream().map(address -> address.split(AND)[0]).toList());
  }

  /**
   * Connects to the neighbours.
   *
   * @param rank of this worker
   * @param order of the addresses
   * @param addresses every worker's {@link #address()}, by the number of its task
   * @throws SyncException when a neighbour cannot be reached in time or does not know the secret
   */
  public Communicator join(int rank, RingOrder order, List<String> addresses, RunSecret secret) {
    if (far == null) {
      return near.join(rank, order.addresses(), secret);
    }
    int worldSize = addresses.size();
    int first = rank - rank % group;
    List<String> machine = order.addresses().subList(first, first + group);
    List<String> machines =
        IntStream.range(0, worldSize / group)
            .map(place -> order.tasks().get(place * group + rank % group))
            .mapToObj(other -> addresses.get(other).split(AND)[1])
            .toList();
    RingAllReduce inner = near.connect(Seat.inMachine(rank, group), machine, secret);
    try {
      return new TwoLevelAllReduce(
          worldSize,
          inner,
          far.connect(Seat.amongMachines(rank, group, worldSize), machines, secret));
    } catch (RuntimeException | Error e) {
      inner.abort(e);
      throw e;
    }
  }

  /** Closes the ports; rings that were joined stay. */
  @Override
  public void close() {
    near.close();
    if (far != null) {
      far.close();
    }
  }
}
