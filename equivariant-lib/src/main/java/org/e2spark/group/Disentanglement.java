package org.e2spark.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.simple.SimpleMatrix;

/**
 * A representation split into independent blocks of channels, and the permutation that makes each
 * block contiguous.
 *
 * @param order channel {@code order[i]} of the representation comes i-th
 * @param parts the representations of the blocks, in that order
 */
@SuppressWarnings("ArrayRecordComponent") // equality compares the entries
public record Disentanglement(int[] order, List<Representation> parts) {

  /** How blocks are found. */
  public enum Method {
    /**
     * Blocks are the channels that share an irrep, as in the reference. A restricted regular
     * representation stays one block, since every channel shares the trivial irrep. Weights saved
     * by the reference need this one.
     */
    COMPATIBLE,
    /**
     * Blocks are the orbits of channels under the permutations: a restricted regular representation
     * becomes several regular ones, a restricted quotient several quotients, each under its own
     * name. What is no permutation is split as in COMPATIBLE.
     */
    ORBITS
  }

  static Disentanglement of(Representation representation, Method method) {
    if (method == Method.ORBITS
        && !representation.group().isContinuous()
        && representation.isPermutation()) {
      return OrbitSplit.split(representation);
    }
    return byIrreps(representation);
  }

  /** The permutation as a matrix: row i has its 1 in column {@code order[i]}. */
  public SimpleMatrix changeOfBasis() {
    SimpleMatrix matrix = new SimpleMatrix(order.length, order.length);
    for (int i = 0; i < order.length; i++) {
      matrix.set(i, order[i], 1);
    }
    return matrix;
  }

  private static Disentanglement byIrreps(Representation representation) {
    SimpleMatrix matrix = representation.changeOfBasis();
    List<Irrep> irreps = representation.irreps();
    int[] labels = new int[irreps.size() + representation.size()];
    Arrays.setAll(labels, i -> i);
    int[] starts = new int[irreps.size()];
    int position = 0;
    for (int i = 0; i < irreps.size(); i++) {
      starts[i] = position;
      for (int column = position; column < position + irreps.get(i).size(); column++) {
        for (int row = 0; row < representation.size(); row++) {
          if (Math.abs(matrix.get(row, column)) > Representation.TOLERANCE) {
            join(labels, i, irreps.size() + row);
          }
        }
      }
      position += irreps.get(i).size();
    }
    int[] order = new int[representation.size()];
    int filled = 0;
    List<Representation> parts = new ArrayList<>();
    for (int root = 0; root < irreps.size(); root++) {
      if (find(labels, root) != root) {
        continue;
      }
      List<Irrep> members = new ArrayList<>();
      List<Integer> columns = new ArrayList<>();
      for (int i = 0; i < irreps.size(); i++) {
        if (find(labels, i) == root) {
          members.add(irreps.get(i));
          for (int c = 0; c < irreps.get(i).size(); c++) {
            columns.add(starts[i] + c);
          }
        }
      }
      int start = filled;
      for (int row = 0; row < representation.size(); row++) {
        if (find(labels, irreps.size() + row) == root) {
          order[filled++] = row;
        }
      }
      SimpleMatrix block = new SimpleMatrix(filled - start, columns.size());
      for (int row = start; row < filled; row++) {
        for (int c = 0; c < columns.size(); c++) {
          block.set(row - start, c, matrix.get(order[row], columns.get(c)));
        }
      }
      parts.add(
          new Representation(
              representation.group(),
              representation.name() + "_" + parts.size(),
              members,
              block,
              representation.supportedNonlinearities()));
    }
    return new Disentanglement(order, List.copyOf(parts));
  }

  private static int find(int[] labels, int node) {
    int root = node;
    while (labels[root] != root) {
      root = labels[root];
    }
    return root;
  }

  private static void join(int[] labels, int a, int b) {
    int first = find(labels, a);
    int second = find(labels, b);
    labels[Math.max(first, second)] = Math.min(first, second);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Disentanglement that
        && Arrays.equals(order, that.order)
        && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(order) + parts.hashCode();
  }

  @Override
  public String toString() {
    return "Disentanglement[order=" + Arrays.toString(order) + ", parts=" + parts + "]";
  }
}
