package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.HasParts.Part;
import org.e2spark.torch.Autograd;

/**
 * Whether a layer's outputs lie symmetrically about the centre of its input, along the axes on
 * which the symmetries of its fields need it.
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

  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;

  private Sampling() {}

  /** Whether a layer keeps to the centre of an image of this size. */
  static boolean isCentred(Part part) {
    EquivariantModule module = part.module();
    for (int axis = HEIGHT; axis <= WIDTH; axis++) {
      if (isMoved(module.inType().gspace(), axis) && !isCentred(module, part.input(), axis)) {
        return false;
      }
    }
    return true;
  }

  /** Whether any symmetry moves the unit vector along an axis, and with it what is off centre. */
  private static boolean isMoved(GSpace space, int axis) {
    return space.fiberGroup().testingElements().stream()
        .map(space::baseSpaceAction)
        .anyMatch(
            action -> {
              double sign = axis == HEIGHT && action.reflection() == 1 ? -1 : 1;
              return sign * Math.cos(action.angle()) < 1 - 1e-9;
            });
  }

  private static boolean isCentred(EquivariantModule module, Shape input, int axis) {
    if (module instanceof R2ConvTransposed convolution) {
      return convolution.isSymmetric();
    }
    if (!module.getParameters().isEmpty()) {
      return grows(module, input, axis);
    }
    return module.outputShape(input).get(axis) == input.get(axis)
        || mirrorsWithItsInput(module, input, axis);
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

  private static boolean mirrorsWithItsInput(EquivariantModule module, Shape input, int axis) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd ignored = Autograd.pause()) {
      NDArray x = noise(manager, new Shape(1, input.get(1), input.get(2), input.get(3)));
      NDArray y = apply(module, x);
      NDArray mirrored = apply(module, x.flip(axis)).flip(axis);
      double difference = mirrored.sub(y).abs().mean().getFloat();
      return difference <= TOLERANCE * y.abs().mean().getFloat();
    }
  }

  private static NDArray apply(EquivariantModule module, NDArray x) {
    return module.forward(module.inType().wrap(x)).array();
  }

  /** Positive numbers that are the same each time, and leave the engine's random numbers alone. */
  private static NDArray noise(NDManager manager, Shape shape) {
    var random = new SplittableRandom(0);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(0.1f, 1);
    }
    return manager.create(values, shape);
  }
}
