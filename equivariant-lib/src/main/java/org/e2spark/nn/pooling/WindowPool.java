package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.ParameterFree;
import org.e2spark.torch.Window;

/** Reduces every channel over windows. */
abstract class WindowPool extends ParameterFree {

  private final Window window;

  WindowPool(PoolingBuilder<?, ?> builder, Reduction reduction) {
    super(builder.type, builder.type, new Pooling(reduction, builder.window()));
    this.window = builder.window();
  }

  @Override
  public final Shape outputShape(Shape input) {
    return window.outputShape(input, input.get(1), "pooling window");
  }

  @Override
  public final boolean isCentred(Shape input, int axis) {
    return window.isCentred(input, axis);
  }
}
