package org.e2spark.sync;

/**
 * A worker's place in a ring, and what parts of a buffer the ring sums.
 *
 * @param rank of the worker, by which all know it
 * @param place in the ring, from 0
 * @param size of the ring
 * @param parts into which buffers are divided: {@link Part}
 * @param stride from the part of one place to the next one's, and from its rank
 * @param first part, of place 0
 */
record Seat(int rank, int place, int size, int parts, int stride, int first) {

  /** In a ring of all workers, which sums all parts. */
  static Seat ofAll(int rank, int size) {
    return new Seat(rank, rank, size, size, 1, 0);
  }

  /**
   * In a ring of a machine's workers, which sums all parts.
   *
   * @param group so many ranks that follow each other are one machine's
   */
  static Seat inMachine(int rank, int group) {
    return new Seat(rank, rank % group, group, group, 1, 0);
  }

  /**
   * In a ring of one worker of each machine, those that have come to the same part of their
   * machines' sums: every group-th part of all.
   */
  static Seat amongMachines(int rank, int group, int worldSize) {
    return new Seat(
        rank, rank / group, worldSize / group, worldSize, group, (rank % group + 1) % group);
  }

  /** The part that a place, modulo the ring's size, begins with. */
  int part(int of) {
    return first + stride * Math.floorMod(of, size);
  }

  /** The rank at a place, modulo the ring's size. */
  int rankAt(int of) {
    return rank + (Math.floorMod(of, size) - place) * stride;
  }
}
