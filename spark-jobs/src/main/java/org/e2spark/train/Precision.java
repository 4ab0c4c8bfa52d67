package org.e2spark.train;

import ai.djl.nn.Block;
import java.util.Locale;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.torch.Autocast;

/** In which numbers the passes of a training are computed; what is kept is float32 always. */
public enum Precision {
  /** All of a pass in float32. */
  FLOAT32,
  /**
   * What steerable convolutions multiply, forward and backward, is rounded to bfloat16 ({@link
   * Autocast}). A trained network is measured, saved and used in float32 all the same.
   */
  BF16;

  /** Begins a pass on this thread; null where there is nothing to begin. */
  Autocast begin() {
    return this == BF16 ? Autocast.bfloat16() : null;
  }

  /**
   * Checks that a network has layers that it changes.
   *
   * @throws IllegalArgumentException if it has none
   */
  void require(Block network, String name) {
    if (this == BF16 && !hasConvolution(network)) {
      throw new IllegalArgumentException(
          "No layer of "
              + name
              + " is a steerable convolution, and no other computes in bfloat16: leave out"
              + " --precision");
    }
  }

  private static boolean hasConvolution(Block block) {
    return block instanceof SteerableConvolution
        || block.getChildren().values().stream().anyMatch(Precision::hasConvolution);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
