package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.AdaptivePooling;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Size2d;

/** Reduces every channel over a grid of cells that cover the image, whatever its size. */
abstract class AdaptivePool extends EquivariantModule {

  private final AdaptivePooling pooling;

  AdaptivePool(FieldType type, Reduction reduction, Size2d outputSize) {
    super(type, type);
    outputSize.atLeast(1, "output size");
    this.pooling = new AdaptivePooling(reduction, outputSize.height(), outputSize.width());
  }

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return pooling.apply(x);
  }

  @Override
  public final PlainLayer plainForm(PlainArrays arrays) {
    return pooling;
  }

  @Override
  public final Shape outputShape(Shape input) {
    return new Shape(input.get(0), input.get(1), pooling.height(), pooling.width());
  }
}
