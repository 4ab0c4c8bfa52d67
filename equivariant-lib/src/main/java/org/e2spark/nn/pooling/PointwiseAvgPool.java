package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;

/** The average of every channel over windows, zeros of the padding counted; for any fields. */
public final class PointwiseAvgPool extends EquivariantModule {

  private final PoolingWindow window;
  private final PlainLayer pooling;

  private PointwiseAvgPool(Builder builder) {
    super(builder.type, builder.type);
    this.window = builder.window();
    this.pooling = new Pooling(Reduction.MEAN, window.asWindow());
  }

  /** Windows of {@code kernelSize} pixels side by side. */
  public static PointwiseAvgPool of(FieldType type, int kernelSize) {
    return builder(type).kernelSize(kernelSize).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return pooling.apply(x);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return pooling;
  }

  @Override
  public Shape outputShape(Shape input) {
    return window.outputShape(input);
  }

  @Override
  public boolean isCentred(Shape input, int axis) {
    return window.isCentred(input, axis);
  }

  /** Options. */
  public static final class Builder extends PoolingWindow.Builder<Builder> {

    private Builder(FieldType type) {
      super(type);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The layer. */
    public PointwiseAvgPool build() {
      return new PointwiseAvgPool(this);
    }
  }
}
