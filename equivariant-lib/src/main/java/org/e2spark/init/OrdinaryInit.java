package org.e2spark.init;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * How the parameters of ordinary layers start: weights and biases uniform within {@code
 * 1/sqrt(fanIn)}, as PyTorch's linear and convolutional layers do; scales one, shifts zero, running
 * means zero, running variances one.
 */
public final class OrdinaryInit {

  private OrdinaryInit() {}

  /**
   * The first values of a parameter, in row-major order.
   *
   * @param weight the shape of the weight that the parameter belongs with: itself, or the weight
   *     beside a bias; (outputs, inputs, ...)
   */
  public static float[] start(
      Parameter.Type type, Shape shape, Shape weight, RandomGenerator random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    switch (type) {
      case WEIGHT, BIAS, OTHER -> {
        double bound = 1 / Math.sqrt((double) weight.size() / weight.get(0));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
      }
      case GAMMA, RUNNING_VAR -> Arrays.fill(values, 1);
      case BETA, RUNNING_MEAN -> {}
    }
    return values;
  }
}
