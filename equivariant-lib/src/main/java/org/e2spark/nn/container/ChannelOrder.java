package org.e2spark.nn.container;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import java.util.stream.LongStream;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Permutation;
import org.e2spark.torch.Ops;

/** Puts the channels into another order, or leaves them, and calls them another type. */
abstract class ChannelOrder extends EquivariantModule {

  private final long[] channels;
  private final Constant order;

  /**
   * @param order output channel i is input channel {@code order[i]}
   */
  ChannelOrder(FieldType in, FieldType out, long[] order) {
    super(in, out);
    this.channels = order.clone();
    this.order = Permutation.of(order).isIdentity() ? null : constant(order);
  }

  /** The channels as they are. */
  ChannelOrder(FieldType in, FieldType out) {
    this(in, out, LongStream.range(0, in.size()).toArray());
  }

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return order == null ? x : Ops.indexSelect(x, 1, order.at(x));
  }

  @Override
  public final PlainLayer plainForm(PlainArrays arrays) {
    return order == null ? Sequence.IDENTITY : Selection.of(arrays, channels);
  }
}
