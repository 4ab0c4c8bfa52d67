package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.torch.Ops;

/** Puts the channels into another order, and calls them another type. */
abstract class ChannelOrder extends EquivariantModule {

  private final Constant order;

  /**
   * @param order output channel i is input channel {@code order[i]}
   */
  ChannelOrder(FieldType in, FieldType out, long[] order) {
    super(in, out);
    this.order = InnerBatchNorm.isIdentity(order) ? null : constant(order);
  }

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return order == null ? x : Ops.indexSelect(x, 1, order.at(x));
  }

  @Override
  public final Shape outputShape(Shape input) {
    return input;
  }
}
