package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;

/**
 * Bytes to the numbers that a network was trained on: {@code pixel * scale + shift}, pixels being 0
 * to 255 as uint8. Only the first layer of a network can be one.
 *
 * @param scale (channels, 1, 1)
 * @param shift (channels, 1, 1)
 */
public record PixelScaling(NDArray scale, NDArray shift) implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String factor = program.array("scale", scale);
    return program.let(
        "torch.addcmul(%s, torch.type_as(%s, %s), %s)",
        program.array("shift", shift), x, factor, factor);
  }
}
