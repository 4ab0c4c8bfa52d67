package org.e2spark.nn.dropout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Stochastic;
import org.e2spark.torch.Ops;

/**
 * Drops whole fields at single pixels when training: all channels of a field share their fate, so
 * that it suits any representation.
 */
public final class FieldDropout extends EquivariantModule implements Stochastic {

  private final DropoutNoise noise;
  private final Constant fieldOfChannel;

  /**
   * @param rate the share of fields that is dropped, in [0, 1]
   */
  public FieldDropout(FieldType type, double rate) {
    super(type, type);
    this.noise = new DropoutNoise(rate);
    long[] fields = new long[type.size()];
    for (int field = 0; field < type.fields(); field++) {
      for (int channel = type.start(field); channel < type.end(field); channel++) {
        fields[channel] = field;
      }
    }
    this.fieldOfChannel = constant(fields);
  }

  @Override
  public void reseed(long seed) {
    noise.reseed(seed);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    if (!mode.isTraining()) {
      return x;
    }
    Shape shape = x.getShape();
    Shape perField = new Shape(shape.get(0), inType().fields(), shape.get(2), shape.get(3));
    try (NDArray ones = x.getManager().ones(perField, x.getDataType(), x.getDevice());
        NDArray mask = noise.apply(ones, perField);
        NDArray scale = Ops.indexSelect(mask, 1, fieldOfChannel.at(x))) {
      return x.mul(scale);
    }
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return Sequence.IDENTITY;
  }
}
