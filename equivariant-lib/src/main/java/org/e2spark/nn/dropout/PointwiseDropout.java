package org.e2spark.nn.dropout;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;
import org.e2spark.nn.Stochastic;

/**
 * Drops single channels at single pixels when training: see {@link Dropout}. For fields that
 * permute their channels.
 */
public final class PointwiseDropout extends Pointwise implements Stochastic {

  private final DropoutNoise noise;

  /**
   * @param rate the share of entries that is dropped, in [0, 1]
   */
  public PointwiseDropout(FieldType type, double rate) {
    super(type);
    this.noise = new DropoutNoise(rate);
  }

  @Override
  public void reseed(long seed) {
    noise.reseed(seed);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return mode.isTraining() ? noise.apply(x, x.getShape()) : x;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return Sequence.IDENTITY;
  }
}
