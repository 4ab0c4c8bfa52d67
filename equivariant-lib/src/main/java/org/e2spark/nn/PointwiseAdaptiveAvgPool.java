package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.AdaptivePooling;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.torch.Ops;

/**
 * Averages every channel over a grid of cells that cover the image, whatever its size; for any
 * fields.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, channels, outputHeight, outputWidth).
 */
public final class PointwiseAdaptiveAvgPool extends EquivariantModule {

  private final Size2d outputSize;

  /** A square grid. */
  public PointwiseAdaptiveAvgPool(FieldType type, int outputSize) {
    this(type, Size2d.of(outputSize));
  }

  /**
   * @param outputSize cells along height and width, at least 1
   */
  public PointwiseAdaptiveAvgPool(FieldType type, Size2d outputSize) {
    super(type, type);
    this.outputSize = outputSize.atLeast(1, "output size");
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return Ops.adaptiveAveragePool(x, outputSize.height(), outputSize.width());
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return new AdaptivePooling(Reduction.MEAN, outputSize.height(), outputSize.width());
  }

  @Override
  public Shape outputShape(Shape input) {
    return new Shape(input.get(0), input.get(1), outputSize.height(), outputSize.width());
  }
}
