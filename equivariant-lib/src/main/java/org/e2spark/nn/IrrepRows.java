package org.e2spark.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.e2spark.group.Irrep;
import org.e2spark.kernel.IrrepBlock;
import org.e2spark.kernel.SampledBasis;
import org.ejml.simple.SimpleMatrix;

/**
 * A basis of kernels between two representations, row by row in the irreps of the output: a row of
 * {@code Q_out^-1 K} is a mixture of the few kernels that reach its irrep, a number that does not
 * grow with the group. All rows of an irrep mix by the same weights.
 *
 * <p>Rows are ordered by (size of the irrep, row within the irrep, irrep), so that equal shapes are
 * one batch of matrix products. An irrep's weights lie in <em>slots</em>; irreps with fewer kernels
 * than others of their size are filled up by slots of zero samples.
 *
 * @param dimension weights a pair of fields
 * @param width input channels times points
 * @param groups the irreps that kernels reach, by size
 * @param weightOfSlot which weight each slot holds
 * @param slotOfWeight where each weight is held
 * @param mixing (output channels, rows): {@code Q_out} with its columns in the order of the rows
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes of samples: carried, never compared or copied
record IrrepRows(
    int dimension,
    int width,
    List<Group> groups,
    long[] weightOfSlot,
    long[] slotOfWeight,
    SimpleMatrix mixing) {

  /**
   * The irreps of one size.
   *
   * @param size of each irrep
   * @param irreps how many
   * @param depth slots of each
   * @param samples (size, irreps, depth, width)
   */
  record Group(int size, int irreps, int depth, double[] samples) {

    int rows() {
      return size * irreps;
    }

    int slots() {
      return irreps * depth;
    }
  }

  /** The number of rows. */
  int rows() {
    return groups.stream().mapToInt(Group::rows).sum();
  }

  /** The number of slots. */
  int slots() {
    return weightOfSlot.length;
  }

  static IrrepRows of(SampledBasis basis) {
    TreeMap<Integer, TreeSet<Integer>> weights = new TreeMap<>();
    for (IrrepBlock block : basis.blocks()) {
      for (IrrepBlock.Placement placement : block.placements()) {
        var reaching = weights.computeIfAbsent(placement.outPosition(), k -> new TreeSet<>());
        for (int weight : placement.weights()) {
          reaching.add(weight);
        }
      }
    }
    List<Irrep> irreps = basis.out().irreps();
    TreeMap<Integer, List<Integer>> bySize = new TreeMap<>();
    for (int position : weights.keySet()) {
      bySize.computeIfAbsent(irreps.get(position).size(), k -> new ArrayList<>()).add(position);
    }
    int slots = 0;
    for (List<Integer> positions : bySize.values()) {
      slots += positions.size() * depth(positions, weights);
    }
    var rows =
        new IrrepRows(
            basis.dimension(),
            basis.in().size() * basis.points(),
            new ArrayList<>(),
            new long[slots],
            new long[basis.dimension()],
            new SimpleMatrix(
                basis.out().size(),
                weights.keySet().stream().mapToInt(p -> irreps.get(p).size()).sum()));
    int firstSlot = 0;
    for (var sized : bySize.entrySet()) {
      List<Integer> positions = sized.getValue();
      int depth = depth(positions, weights);
      for (int j = 0; j < positions.size(); j++) {
        int slot = firstSlot + j * depth;
        for (int weight : weights.get(positions.get(j))) {
          rows.weightOfSlot[slot] = weight;
          rows.slotOfWeight[weight] = slot++;
        }
      }
      rows.add(basis, sized.getKey(), positions, depth, firstSlot);
      firstSlot += positions.size() * depth;
    }
    return rows;
  }

  private static int depth(List<Integer> positions, TreeMap<Integer, TreeSet<Integer>> weights) {
    return positions.stream().mapToInt(p -> weights.get(p).size()).max().orElseThrow();
  }

  private void add(
      SampledBasis basis, int size, List<Integer> positions, int depth, int firstSlot) {
    var group =
        new Group(
            size,
            positions.size(),
            depth,
            new double[Math.multiplyExact(size * positions.size() * depth, width)]);
    int firstRow = rows();
    for (IrrepBlock block : basis.blocks()) {
      for (IrrepBlock.Placement placement : block.placements()) {
        int irrep = positions.indexOf(placement.outPosition());
        if (irrep >= 0) {
          place(basis, block, placement, group, irrep, firstSlot);
          for (int r = 0; r < size; r++) {
            int row = firstRow + r * group.irreps() + irrep;
            for (int channel = 0; channel < basis.out().size(); channel++) {
              mixing.set(
                  channel,
                  row,
                  basis.out().changeOfBasis().get(channel, placement.outOffset() + r));
            }
          }
        }
      }
    }
    groups.add(group);
  }

  private void place(
      SampledBasis basis,
      IrrepBlock block,
      IrrepBlock.Placement placement,
      Group group,
      int irrep,
      int firstSlot) {
    SimpleMatrix inverse = basis.in().changeOfBasisInverse();
    int points = basis.points();
    for (int e = 0; e < block.elements(); e++) {
      int slot = (int) slotOfWeight[placement.weights()[e]] - firstSlot - irrep * group.depth();
      for (int r = 0; r < group.size(); r++) {
        int row = ((r * group.irreps() + irrep) * group.depth() + slot) * width;
        for (int b = 0; b < block.in().size(); b++) {
          int from = ((e * group.size() + r) * block.in().size() + b) * points;
          for (int channel = 0; channel < basis.in().size(); channel++) {
            double q = inverse.get(placement.inOffset() + b, channel);
            int to = row + channel * points;
            for (int p = 0; q != 0 && p < points; p++) {
              group.samples()[to + p] += q * block.samples()[from + p];
            }
          }
        }
      }
    }
  }
}
