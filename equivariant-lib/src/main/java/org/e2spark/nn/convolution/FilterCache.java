package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Consumer;
import org.e2spark.torch.Ops;

/**
 * An array computed from a parameter, kept for as long as the parameter stays what it was: the same
 * array, not written to since. Written again in place when the parameter changed. Never part of
 * what is saved.
 */
public final class FilterCache implements AutoCloseable {

  /** No array's version; stays if writing fails. */
  private static final long UNWRITTEN = -1;

  private final Shape shape;
  private NDArray parameter;
  private long version;
  private NDArray derived;

  /**
   * @param shape of the derived array
   */
  public FilterCache(Shape shape) {
    this.shape = shape;
  }

  /**
   * The derived array for the parameter's present values.
   *
   * @param source the parameter; its manager owns the derived array
   * @param write computes it into an array that held zeros or an earlier result
   */
  public synchronized NDArray get(NDArray source, Consumer<NDArray> write) {
    long now = Ops.version(source);
    if (derived == null || derived.isReleased() || parameter != source) {
      close();
      derived = source.getManager().zeros(shape, source.getDataType());
      parameter = source;
      version = UNWRITTEN;
    }
    if (version != now) {
      write.accept(derived);
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
