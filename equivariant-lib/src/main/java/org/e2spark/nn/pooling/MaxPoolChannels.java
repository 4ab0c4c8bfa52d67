package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.text.Text;

/**
 * The maximum over every {@code size} neighbouring channels: what {@link GroupPooling} on fields of
 * one size is as a plain layer.
 *
 * <p>Input: (batch, channels, ...); output: (batch, channels / size, ...).
 */
public final class MaxPoolChannels extends AbstractBlock implements HasPlainForm {

  private final int size;
  private final PlainLayer maximum;

  /**
   * @param size channels of a group, at least 1
   */
  public MaxPoolChannels(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("Invalid size: " + size + " (must be at least 1)");
    }
    this.size = size;
    this.maximum = new FieldReduction(Reduction.MAXIMUM, -1, size);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    groups(x.getShape());
    return new NDList(maximum.apply(x));
  }

  private long groups(Shape shape) {
    if (shape.dimension() < 2 || shape.get(1) % size != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "MaxPoolChannels needs a number of channels that %s divides but was given %s",
              size, shape));
    }
    return shape.get(1) / size;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return maximum;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long[] shape = inputShapes[0].getShape().clone();
    shape[1] = groups(inputShapes[0]);
    return new Shape[] {new Shape(shape)};
  }
}
