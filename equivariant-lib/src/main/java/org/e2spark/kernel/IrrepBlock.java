package org.e2spark.kernel;

import java.util.List;
import org.e2spark.group.Irrep;

/**
 * The sampled, normalised kernels between two irreps, shared by every place where the pair occurs
 * in a pair of representations.
 *
 * @param in the input irrep
 * @param out the output irrep
 * @param elements number of kernels
 * @param points number of pixels
 * @param samples (elements, out size, in size, points), row-major
 * @param placements where the pair occurs
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes of samples: carried, never compared or copied
public record IrrepBlock(
    Irrep in, Irrep out, int elements, int points, double[] samples, List<Placement> placements) {

  /**
   * A place of the pair in irrep space, where channels are the irreps side by side.
   *
   * @param inPosition position of the irrep among those of the input representation
   * @param inOffset its first channel
   * @param outPosition position of the irrep among those of the output representation
   * @param outOffset its first channel
   * @param weights for each kernel of the block, the index of its weight among those of the pair of
   *     representations
   */
  @SuppressWarnings("ArrayRecordComponent") // carried with its block
  public record Placement(
      int inPosition, int inOffset, int outPosition, int outOffset, int[] weights) {}
}
