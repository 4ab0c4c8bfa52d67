package org.e2spark.nn.convolution.factorised;

import java.util.List;

/**
 * A way to evaluate a factorised convolution for images of one size, as TorchScript programs.
 *
 * <p>Both programs take the images {@code x}, the mixing matrices {@code w}, flat, the constants
 * {@code k}, and the orders of channels {@code insorted}, {@code inplaced}, {@code outsorted},
 * {@code outplaced}.
 */
sealed interface FactorisedForm permits ToeplitzForm, FrequencyForm, SpatialForm {

  /** The constants {@code k}. */
  Tables tables();

  /** Statements that compute the output {@code y}. */
  List<String> forward();

  /**
   * Statements that take the gradient {@code g} at the output, add to {@code gw}, the gradient at
   * the mixing matrices, and write {@code gx}, that at the images.
   *
   * @param gradients whether {@code gx} is wanted
   */
  List<String> backward(Gradients gradients);

  /** Which gradients a backward pass computes. */
  enum Gradients {
    /** At the mixing matrices. */
    WEIGHTS,
    /** At the mixing matrices and the images. */
    WEIGHTS_AND_IMAGES
  }
}
