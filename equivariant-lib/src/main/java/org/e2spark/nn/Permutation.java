package org.e2spark.nn;

/** An order of things: which thing stands at each place. */
public final class Permutation {

  private final long[] order;

  private Permutation(long[] order) {
    this.order = order;
  }

  /**
   * The order in which thing {@code order[i]} stands at place {@code i}.
   *
   * @param order every number from 0 to its length less one, once
   */
  public static Permutation of(long... order) {
    return new Permutation(order.clone());
  }

  /** Whether everything stands at its own place. */
  public boolean isIdentity() {
    for (int i = 0; i < order.length; i++) {
      if (order[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** The place of each thing. */
  public long[] inverse() {
    long[] inverse = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[(int) order[i]] = i;
    }
    return inverse;
  }
}
