package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * {@code x * scale + shift}, broadcast from the last axis as PyTorch does: arrays of shape
 * (channels, 1, 1) for channels of images, (channels) for vectors, (height, width) for a mask.
 *
 * @param scale or null for one
 * @param shift or null for zero
 */
public record Affine(NDArray scale, NDArray shift) implements PlainLayer {

  public Affine {
    if (scale == null && shift == null) {
      throw new IllegalArgumentException("An affine map needs a scale or a shift");
    }
  }

  /** Whether every channel of an image or entry of a vector has one scale and one shift. */
  boolean isPerChannel() {
    return isPerChannel(scale) && isPerChannel(shift);
  }

  private static boolean isPerChannel(NDArray array) {
    if (array == null) {
      return true;
    }
    Shape shape = array.getShape();
    return shape.dimension() == 1
        || (shape.dimension() == 3 && shape.get(1) == 1 && shape.get(2) == 1);
  }

  @Override
  public String write(Program program, String x) {
    String factor = program.array("scale", scale);
    String term = program.array("shift", shift);
    if (shift == null) {
      return program.let("torch.mul(%s, %s)", x, factor);
    }
    return scale == null
        ? program.let("torch.add(%s, %s)", x, term)
        : program.let("torch.addcmul(%s, %s, %s)", term, x, factor);
  }
}
