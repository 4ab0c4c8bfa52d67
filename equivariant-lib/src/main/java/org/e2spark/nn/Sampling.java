package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.e2spark.nn.HasParts.Part;

/**
 * Whether a layer's outputs lie symmetrically about the centre of its input.
 *
 * <p>A window that moves by a stride {@code s} does if {@code (size + 2 padding - kernel) % s ==
 * 0}: exactly where a further pixel would not be needed, that is, where the output has just grown
 * by one. Layers without parameters are tried out instead.
 */
final class Sampling {

  /**
   * Of the mean difference relative to the mean: single pixels may differ, where a layer chooses
   * among equals.
   */
  private static final double TOLERANCE = 1e-3;

  private Sampling() {}

  /** Whether a layer keeps to the centre of an image of this size. */
  static boolean isCentred(Part part) {
    EquivariantModule module = part.module();
    Shape input = part.input();
    if (module.getParameters().isEmpty()) {
      return !changesSize(module, input) || turnsWithItsInput(module, input);
    }
    return grows(module, input, 2) && grows(module, input, 3);
  }

  private static boolean changesSize(EquivariantModule module, Shape input) {
    Shape output = module.outputShape(input);
    return output.get(2) != input.get(2) || output.get(3) != input.get(3);
  }

  private static boolean grows(EquivariantModule module, Shape input, int axis) {
    long size = input.get(axis);
    long outputs = module.outputShape(input).get(axis);
    if (size == 1) {
      return true;
    }
    try {
      return module.outputShape(resized(input, axis, size - 1)).get(axis) != outputs;
    } catch (IllegalArgumentException e) {
      // The smallest image that the layer takes.
      return true;
    }
  }

  private static Shape resized(Shape shape, int axis, long size) {
    long[] sizes = shape.getShape().clone();
    sizes[axis] = size;
    return new Shape(sizes);
  }

  private static boolean turnsWithItsInput(EquivariantModule module, Shape input) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Shape one = new Shape(1, input.get(1), input.get(2), input.get(3));
      NDArray x = manager.randomUniform(0.1f, 1, one, DataType.FLOAT32);
      NDArray y = module.forward(module.inType().wrap(x)).array();
      for (int[] axes : List.of(new int[] {2}, new int[] {3})) {
        NDArray mirrored = module.forward(module.inType().wrap(x.flip(axes))).array();
        double difference = mirrored.sub(y.flip(axes)).abs().mean().getFloat();
        if (difference > TOLERANCE * y.abs().mean().getFloat()) {
          return false;
        }
      }
      return true;
    }
  }
}
