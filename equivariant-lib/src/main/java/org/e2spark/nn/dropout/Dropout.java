package org.e2spark.nn.dropout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Stochastic;

/**
 * Sets each entry to zero with some probability when training, and scales the others so that the
 * mean stays (<a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. 2014</a>).
 * What it drops is a function of its seed, not of the engine's random numbers.
 */
public final class Dropout extends AbstractBlock implements Stochastic, HasPlainForm {

  private final DropoutNoise noise;

  /**
   * @param rate the share of entries that is dropped, in [0, 1]
   */
  public Dropout(double rate) {
    this.noise = new DropoutNoise(rate);
  }

  @Override
  public void reseed(long seed) {
    noise.reseed(seed);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    return new NDList(training ? noise.apply(x, x.getShape()) : x);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return Sequence.IDENTITY;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
