package org.e2spark.init;

import java.util.List;
import java.util.random.RandomGenerator;

/** How the weights of a steerable layer start. */
@FunctionalInterface
public interface WeightInit {

  /** Generalised He: {@link GeneralizedHe}. */
  WeightInit GENERALIZED_HE = new GeneralizedHe();

  /** Delta-orthonormal: {@link DeltaOrthonormal}. */
  WeightInit DELTA_ORTHONORMAL = new DeltaOrthonormal();

  /**
   * The first values of a layer's weights.
   *
   * @param blocks the layer's weights, in order
   * @param random where chance comes from
   */
  float[] draw(List<WeightBlock> blocks, RandomGenerator random);
}
