package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import org.e2spark.interchange.AdaptivePooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.ParameterFree;
import org.e2spark.nn.Size2d;

/** Reduces every channel over a grid of cells that cover the image, whatever its size. */
abstract class AdaptivePool extends ParameterFree {

  private final Size2d outputSize;

  AdaptivePool(FieldType type, Reduction reduction, Size2d outputSize) {
    super(type, type, new AdaptivePooling(reduction, outputSize.height(), outputSize.width()));
    this.outputSize = outputSize.atLeast(1, "output size");
  }

  @Override
  public final Shape outputShape(Shape input) {
    return new Shape(input.get(0), input.get(1), outputSize.height(), outputSize.width());
  }
}
