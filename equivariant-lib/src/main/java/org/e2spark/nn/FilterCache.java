package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;
import org.e2spark.torch.Ops;

/**
 * An array computed from a parameter, kept for as long as the parameter stays what it was: the same
 * array, not written to since. Never part of what is saved.
 */
final class FilterCache implements AutoCloseable {

  private NDArray parameter;
  private long version;
  private NDArray derived;

  /**
   * The derived array, computed when there is none for the parameter's present values.
   *
   * @param compute makes the array; it must belong to the parameter's manager and take no part in
   *     differentiation
   */
  synchronized NDArray get(NDArray source, Supplier<NDArray> compute) {
    long now = Ops.version(source);
    if (derived == null || derived.isReleased() || parameter != source || version != now) {
      close();
      derived = compute.get();
      parameter = source;
      version = now;
    }
    return derived;
  }

  @Override
  public synchronized void close() {
    if (derived != null) {
      derived.close();
      derived = null;
      parameter = null;
    }
  }
}
