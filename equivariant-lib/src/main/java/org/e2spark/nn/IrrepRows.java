package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.e2spark.kernel.IrrepBlock;
import org.e2spark.kernel.SampledBasis;
import org.ejml.simple.SimpleMatrix;

/**
 * A basis of kernels between two representations, row by row in the irreps of the output: row
 * {@code a} of {@code Q_out^-1 K} is the sum over {@code e} of weight {@code weights[a, e]} times
 * {@code samples[a, e, :]}, a row over (input channels, points). Only the weights of the row's own
 * irrep take part, a number that does not grow with the group.
 *
 * <p>Rows with fewer kernels than {@code depth} are filled up by zero samples.
 *
 * @param dimension weights a pair of fields
 * @param rows channels of the output
 * @param depth kernels a row
 * @param width input channels times points
 * @param weights (rows, depth), which weight
 * @param samples (rows, depth, width)
 */
record IrrepRows(int dimension, int rows, int depth, int width, long[] weights, double[] samples) {

  static IrrepRows of(SampledBasis basis) {
    int size = basis.out().size();
    int[][] slots = new int[size][basis.dimension()];
    int[] filled = new int[size];
    for (int[] row : slots) {
      Arrays.fill(row, -1);
    }
    for (IrrepBlock block : basis.blocks()) {
      for (IrrepBlock.Placement placement : block.placements()) {
        for (int a = placement.outOffset(); a < placement.outOffset() + block.out().size(); a++) {
          for (int weight : placement.weights()) {
            slots[a][weight] = 0;
          }
        }
      }
    }
    for (int a = 0; a < size; a++) {
      for (int weight = 0; weight < basis.dimension(); weight++) {
        if (slots[a][weight] == 0) {
          slots[a][weight] = filled[a]++;
        }
      }
    }
    int depth = Arrays.stream(filled).max().orElseThrow();
    int width = basis.in().size() * basis.points();
    var rows =
        new IrrepRows(
            basis.dimension(),
            size,
            depth,
            width,
            new long[size * depth],
            new double[size * depth * width]);
    for (IrrepBlock block : basis.blocks()) {
      for (IrrepBlock.Placement placement : block.placements()) {
        rows.place(basis, block, placement, slots);
      }
    }
    return rows;
  }

  private void place(
      SampledBasis basis, IrrepBlock block, IrrepBlock.Placement placement, int[][] slots) {
    SimpleMatrix inverse = basis.in().changeOfBasisInverse();
    int points = basis.points();
    for (int e = 0; e < block.elements(); e++) {
      int weight = placement.weights()[e];
      for (int a = 0; a < block.out().size(); a++) {
        int row = placement.outOffset() + a;
        int slot = row * depth + slots[row][weight];
        weights[slot] = weight;
        for (int b = 0; b < block.in().size(); b++) {
          int from = ((e * block.out().size() + a) * block.in().size() + b) * points;
          for (int channel = 0; channel < basis.in().size(); channel++) {
            double q = inverse.get(placement.inOffset() + b, channel);
            int to = slot * width + channel * points;
            for (int p = 0; q != 0 && p < points; p++) {
              samples[to + p] += q * block.samples()[from + p];
            }
          }
        }
      }
    }
  }

  Shape shape() {
    return new Shape(rows, depth, width);
  }

  /** Whether the only row takes every weight in order. */
  boolean isPlain() {
    return rows == 1 && depth == dimension && InnerBatchNorm.isIdentity(weights);
  }
}
