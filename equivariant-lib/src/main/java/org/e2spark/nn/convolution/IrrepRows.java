package org.e2spark.nn.convolution;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.e2spark.kernel.IrrepBlock;
import org.e2spark.kernel.SampledBasis;
import org.ejml.simple.SimpleMatrix;

/**
 * A basis of kernels between two representations, row by row in the irreps of the output: a row of
 * {@code Q_out^-1 K} is a mixture of the few kernels that reach its irrep, a number that does not
 * grow with the group. All rows of an irrep mix by the same weights, which lie in its
 * <em>slots</em>.
 *
 * @param dimension weights a pair of fields
 * @param width input channels times points
 * @param batches the rows, by the size of their irrep and their place in it
 * @param weightOfSlot which weight each slot holds; irreps with fewer kernels than others of their
 *     size are filled up by slots that meet zero samples
 * @param slotOfWeight where each weight is held
 * @param mixing (output channels, rows): {@code Q_out} with its columns in the order of the rows
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes of samples: carried, never compared or copied
record IrrepRows(
    int dimension,
    int width,
    List<Batch> batches,
    long[] weightOfSlot,
    long[] slotOfWeight,
    SimpleMatrix mixing) {

  /**
   * Row {@code row} of each irrep of one size.
   *
   * @param row within the irrep
   * @param irreps how many irreps
   * @param depth slots of each
   * @param firstRow of the first irrep; the others follow
   * @param firstSlot of the first irrep; the same for every row of these irreps
   * @param samples (irreps, depth, width)
   */
  record Batch(int row, int irreps, int depth, int firstRow, int firstSlot, double[] samples) {

    /** Slots of all irreps together. */
    int slots() {
      return irreps * depth;
    }
  }

  /** The number of rows. */
  int rows() {
    return mixing.getNumCols();
  }

  /** The number of slots. */
  int slots() {
    return weightOfSlot.length;
  }

  static IrrepRows of(SampledBasis basis) {
    return new Arrangement(basis).rows();
  }

  /** The irreps of the output that kernels reach, being arranged. */
  private static final class Arrangement {

    private final SampledBasis basis;
    private final int width;
    private final long[] slotOfWeight;
    private final List<Batch> batches = new ArrayList<>();
    private final List<Long> weightOfSlot = new ArrayList<>();
    private final List<SimpleMatrix> columns = new ArrayList<>();

    Arrangement(SampledBasis basis) {
      this.basis = basis;
      this.width = basis.in().size() * basis.points();
      this.slotOfWeight = new long[basis.dimension()];
    }

    IrrepRows rows() {
      TreeMap<Integer, TreeMap<Integer, TreeSet<Integer>>> bySize = new TreeMap<>();
      for (IrrepBlock block : basis.blocks()) {
        var sized = bySize.computeIfAbsent(block.out().size(), size -> new TreeMap<>());
        for (IrrepBlock.Placement placement : block.placements()) {
          var reaching = sized.computeIfAbsent(placement.outOffset(), offset -> new TreeSet<>());
          for (int weight : placement.weights()) {
            reaching.add(weight);
          }
        }
      }
      bySize.forEach(this::add);
      return new IrrepRows(
          basis.dimension(),
          width,
          List.copyOf(batches),
          weightOfSlot.stream().mapToLong(Long::longValue).toArray(),
          slotOfWeight,
          columns
              .get(0)
              .concatColumns(columns.subList(1, columns.size()).toArray(SimpleMatrix[]::new)));
    }

    /** Adds the irreps of one size: the weights that reach each, by its first channel. */
    private void add(int size, TreeMap<Integer, TreeSet<Integer>> irreps) {
      int depth = irreps.values().stream().mapToInt(TreeSet::size).max().orElseThrow();
      int firstSlot = weightOfSlot.size();
      irreps.forEach(
          (offset, weights) -> {
            int end = weightOfSlot.size() + depth;
            for (int weight : weights) {
              slotOfWeight[weight] = weightOfSlot.size();
              weightOfSlot.add((long) weight);
            }
            while (weightOfSlot.size() < end) {
              weightOfSlot.add(0L);
            }
          });
      List<Integer> offsets = List.copyOf(irreps.keySet());
      for (int row = 0; row < size; row++) {
        var batch =
            new Batch(
                row,
                offsets.size(),
                depth,
                columns.size(),
                firstSlot,
                new double[Math.multiplyExact(offsets.size() * depth, width)]);
        batches.add(batch);
        for (int offset : offsets) {
          columns.add(basis.out().changeOfBasis().getColumn(offset + row));
        }
        for (IrrepBlock block : basis.blocks()) {
          if (block.out().size() == size) {
            block.placements().forEach(placement -> place(block, placement, batch));
          }
        }
      }
    }

    private void place(IrrepBlock block, IrrepBlock.Placement placement, Batch batch) {
      SimpleMatrix inverse = basis.in().changeOfBasisInverse();
      int points = basis.points();
      for (int e = 0; e < block.elements(); e++) {
        int slot = (int) slotOfWeight[placement.weights()[e]] - batch.firstSlot();
        for (int b = 0; b < block.in().size(); b++) {
          int from = ((e * block.out().size() + batch.row()) * block.in().size() + b) * points;
          for (int channel = 0; channel < basis.in().size(); channel++) {
            double q = inverse.get(placement.inOffset() + b, channel);
            int to = slot * width + channel * points;
            for (int p = 0; q != 0 && p < points; p++) {
              batch.samples()[to + p] += q * block.samples()[from + p];
            }
          }
        }
      }
    }
  }
}
