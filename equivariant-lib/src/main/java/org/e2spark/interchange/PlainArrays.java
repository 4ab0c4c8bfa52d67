package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import org.e2spark.torch.Ops;

/**
 * Makes the arrays of a plain network: all in one data type, in one place, and of nobody else.
 *
 * @param manager who owns them
 * @param type of all arrays but indices
 * @param convolutions what steerable convolutions become
 */
public record PlainArrays(NDManager manager, DataType type, ConvolutionForm convolutions) {

  /** A copy of an array, such as a parameter's. */
  public NDArray copy(NDArray array) {
    NDArray copy = array.duplicate();
    copy.attach(manager);
    return cast(copy);
  }

  /** An array of given values in row-major order. */
  public NDArray of(double[] values, Shape shape) {
    try (NDArray wide = manager.create(values, shape)) {
      // Java owns the memory of the first one, and frees it under the eyes of views on it.
      return type == DataType.FLOAT64 ? wide.duplicate() : Ops.cast(wide, type);
    }
  }

  /** A copy of indices. */
  public NDArray copyIndices(NDArray indices) {
    NDArray copy = indices.duplicate();
    copy.attach(manager);
    return copy;
  }

  /** One value per channel, as {@link Affine} takes it: (channels, 1, 1). */
  public NDArray perChannel(double[] values) {
    return of(values, new Shape(values.length, 1, 1));
  }

  /** Indices, int64. */
  public NDArray indices(long... values) {
    return manager.create(values, new Shape(values.length));
  }

  /** The values of an array, such as a parameter, in row-major order. */
  public static double[] values(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    try (NDArray wide = Ops.cast(array, DataType.FLOAT64)) {
      return wide.toDoubleArray();
    }
  }

  /**
   * The plain form of a block: one that knows its own, or one of DJL's.
   *
   * @throws UnsupportedExportException if it has none
   */
  public PlainLayer plainForm(Block block) {
    return StockBlocks.plainForm(block, this);
  }

  private NDArray cast(NDArray array) {
    if (array.getDataType() == type) {
      return array;
    }
    NDArray cast = Ops.cast(array, type);
    array.close();
    return cast;
  }
}
