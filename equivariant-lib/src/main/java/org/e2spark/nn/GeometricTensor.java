package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * An array together with the type of the fields its channels are.
 *
 * <p>The array belongs to whoever made it; the pair is only a reading of it.
 */
public final class GeometricTensor {

  private final NDArray array;
  private final FieldType type;

  /**
   * @param array (batch, type.size(), ...)
   * @throws FieldTypeException if the array has another number of channels than the type
   */
  public GeometricTensor(NDArray array, FieldType type) {
    Shape shape = array.getShape();
    if (shape.dimension() < 2 || shape.get(1) != type.size()) {
      throw new FieldTypeException(
          type + " has " + type.size() + " channels but the array has shape " + shape);
    }
    this.array = array;
    this.type = type;
  }

  /** The values, (batch, channels, ...). */
  public NDArray array() {
    return array;
  }

  /** What the channels are. */
  public FieldType type() {
    return type;
  }

  /** The array's shape. */
  public Shape shape() {
    return array.getShape();
  }

  @Override
  public String toString() {
    return type + " " + array.getShape();
  }
}
