package org.e2spark.kernel;

import java.util.Arrays;
import java.util.List;
import org.e2spark.group.Representation;
import org.ejml.simple.SimpleMatrix;

/**
 * A basis of the equivariant kernels between two representations, sampled on a grid: what the
 * weights of one pair of fields multiply.
 *
 * <p>A kernel is {@code sum_b w_b K_b = Q_out · F(w) · Q_in^-1}, where {@code F} is made of small
 * blocks between irreps ({@link #blocks}). That form needs no tensor the size of both
 * representations per weight; {@link #dense} computes such a tensor for those who want one.
 *
 * <p>Every kernel is normalised so that its squared entries sum to the dimension of its output
 * irrep. Immutable by convention: arrays are not to be written to.
 *
 * @param in the input representation
 * @param out the output representation
 * @param points number of points, k · k on a grid
 * @param elements what each weight stands for, in the order of saved weights
 * @param blocks the kernels in irrep space; together their placements hold every weight once
 */
public record SampledBasis(
    Representation in,
    Representation out,
    int points,
    List<BasisElement> elements,
    List<IrrepBlock> blocks) {

  /** For the samplers; use {@link SteerableBasis#sample}. */
  public SampledBasis {
    elements = List.copyOf(elements);
    blocks = List.copyOf(blocks);
  }

  /** Number of kernels, which is the number of weights of a pair of fields. */
  public int dimension() {
    return elements.size();
  }

  /**
   * Number of kernels between an input and an output irrep, by their positions: {@code
   * counts[in][out]}.
   */
  public int[][] elementCounts() {
    int[][] counts = new int[in.irreps().size()][out.irreps().size()];
    for (IrrepBlock block : blocks) {
      for (IrrepBlock.Placement placement : block.placements()) {
        counts[placement.inPosition()][placement.outPosition()] += block.elements();
      }
    }
    return counts;
  }

  /**
   * All kernels in the channels of the representations: (dimension, out size, in size, points),
   * row-major. Computed at each call.
   */
  public float[] dense() {
    int outSize = out.size();
    int inSize = in.size();
    SimpleMatrix left = out.changeOfBasis();
    SimpleMatrix right = in.changeOfBasisInverse();
    float[] dense =
        new float[Math.multiplyExact(dimension(), Math.multiplyExact(outSize * inSize, points))];
    double[] row = new double[points];
    for (IrrepBlock block : blocks) {
      for (IrrepBlock.Placement placement : block.placements()) {
        for (int e = 0; e < block.elements(); e++) {
          int target = placement.weights()[e] * outSize * inSize * points;
          for (int o = 0; o < outSize; o++) {
            for (int i = 0; i < inSize; i++) {
              mix(block, placement, e, left, right, o, i, row);
              for (int p = 0; p < points; p++) {
                dense[target + (o * inSize + i) * points + p] = (float) row[p];
              }
            }
          }
        }
      }
    }
    return dense;
  }

  private void mix(
      IrrepBlock block,
      IrrepBlock.Placement placement,
      int element,
      SimpleMatrix left,
      SimpleMatrix right,
      int o,
      int i,
      double[] row) {
    Arrays.fill(row, 0);
    int rows = block.out().size();
    int columns = block.in().size();
    for (int a = 0; a < rows; a++) {
      for (int b = 0; b < columns; b++) {
        double weight =
            left.get(o, placement.outOffset() + a) * right.get(placement.inOffset() + b, i);
        int start = ((element * rows + a) * columns + b) * points;
        for (int p = 0; p < points; p++) {
          row[p] += weight * block.samples()[start + p];
        }
      }
    }
  }
}
