package org.e2spark.group;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * Finds the irreps, and the change of basis, of a representation that is given by its matrices.
 *
 * <p>Averaging {@code ψ_k1(g) ρ(g)} over the group projects on the k-th basis vectors of the copies
 * of ψ (Serre, "Linear Representations of Finite Groups", 2.7); over a continuous group the average
 * is an exact sum over enough equally spaced angles.
 */
public final class Decomposition {

  private static final double NEGLIGIBLE = 1e-6;

  private Decomposition() {}

  /**
   * The representation of a finite group with the given matrices; its irreps are sorted by name.
   *
   * @throws IllegalArgumentException if the matrices are no representation of the group, or the
   *     group is continuous
   */
  public static Representation ofMatrices(
      Group group,
      String name,
      Function<GroupElement, SimpleMatrix> matrices,
      Set<String> supportedNonlinearities) {
    if (group.isContinuous()) {
      throw new IllegalArgumentException(
          "Cannot decompose matrices over " + group + ": it has infinitely many elements");
    }
    List<Irrep> candidates = new ArrayList<>(group.irreps());
    candidates.sort(Comparator.comparing(Irrep::name));
    return decompose(group, name, matrices, group.elements(), candidates, supportedNonlinearities);
  }

  static Representation tensorProduct(Representation left, Representation right) {
    Group group = left.group();
    if (!group.equals(right.group())) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot multiply representations of different groups: %s and %s",
              group, right.group()));
    }
    int highest = highestFrequency(left) + highestFrequency(right);
    List<GroupElement> samples = group.grid(4 * highest + 4);
    List<Irrep> candidates = group.isContinuous() ? group.irreps(highest) : group.irreps();
    String name = "[" + left.name() + "]x[" + right.name() + "]";
    return decompose(group, name, g -> left.at(g).kron(right.at(g)), samples, candidates, Set.of());
  }

  private static int highestFrequency(Representation representation) {
    return representation.irreps().stream().mapToInt(Irrep::frequency).max().orElse(0);
  }

  private static Representation decompose(
      Group group,
      String name,
      Function<GroupElement, SimpleMatrix> matrices,
      List<GroupElement> samples,
      List<Irrep> candidates,
      Set<String> tags) {
    List<SimpleMatrix> values = samples.stream().map(matrices).toList();
    int size = values.get(0).getNumRows();
    List<double[]> columns = new ArrayList<>();
    List<Irrep> irreps = new ArrayList<>();
    for (Irrep irrep : candidates) {
      SimpleMatrix[] projections = projections(irrep, samples, values);
      List<double[]> found = new ArrayList<>();
      for (int seed = 0; seed < size; seed++) {
        double[] first = orthogonalised(column(projections[0], seed), found);
        if (first == null) {
          continue;
        }
        found.add(first);
        columns.add(first);
        for (int k = 1; k < irrep.size(); k++) {
          double[] next =
              projections[k].mult(new SimpleMatrix(size, 1, true, first)).getDDRM().getData();
          columns.add(next);
          found.add(next);
        }
        irreps.add(irrep);
      }
    }
    if (columns.size() != size) {
      throw new IllegalArgumentException(
          Text.format(
              "Not a representation of %s: its irreps fill %d of %d dimensions of %s",
              group, columns.size(), size, name));
    }
    SimpleMatrix changeOfBasis = new SimpleMatrix(size, size);
    for (int c = 0; c < size; c++) {
      changeOfBasis.setColumn(c, 0, columns.get(c));
    }
    Representation result = new Representation(group, name, irreps, changeOfBasis, tags);
    for (int i = 0; i < values.size(); i++) {
      if (!result.at(samples.get(i)).isIdentical(values.get(i), NEGLIGIBLE)) {
        throw new IllegalArgumentException(
            Text.format("Not a representation of %s: %s fails at %s", group, name, samples.get(i)));
      }
    }
    return result;
  }

  private static SimpleMatrix[] projections(
      Irrep irrep, List<GroupElement> samples, List<SimpleMatrix> values) {
    int n = irrep.size();
    SimpleMatrix[] projections = new SimpleMatrix[n];
    for (int k = 0; k < n; k++) {
      SimpleMatrix sum = new SimpleMatrix(values.get(0).getNumRows(), values.get(0).getNumCols());
      for (int i = 0; i < values.size(); i++) {
        sum = sum.plus(irrep.valuesAt(samples.get(i))[k * n], values.get(i));
      }
      projections[k] = sum.scale((double) n / values.size());
    }
    return projections;
  }

  private static double[] column(SimpleMatrix matrix, int index) {
    return matrix.extractVector(false, index).getDDRM().getData().clone();
  }

  /**
   * The unit vector left of the candidate outside the span of the basis, or null if nothing is
   * left.
   */
  private static double[] orthogonalised(double[] candidate, List<double[]> basis) {
    for (int pass = 0; pass < 2; pass++) {
      for (double[] other : basis) {
        double overlap = dot(candidate, other) / dot(other, other);
        for (int i = 0; i < candidate.length; i++) {
          candidate[i] -= overlap * other[i];
        }
      }
    }
    double norm = Math.sqrt(dot(candidate, candidate));
    if (norm < NEGLIGIBLE) {
      return null;
    }
    for (int i = 0; i < candidate.length; i++) {
      candidate[i] /= norm;
    }
    return candidate;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
