package org.e2spark.init;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.random.RandomGenerator;

/**
 * A block that says itself how its parameters start.
 *
 * <p>The values depend on nothing but the parameter and the generator, so that a seed alone decides
 * a network.
 */
public interface Starts {

  /**
   * The first value of one of this block's own parameters.
   *
   * @param parameter one of the block's direct parameters
   * @param shape the parameter's shape
   * @param random a generator of this parameter's own
   * @return the values in row-major order, as many as {@code shape} has elements
   */
  float[] start(Parameter parameter, Shape shape, RandomGenerator random);
}
