package org.e2spark.group;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * Functions on a group, or on its cosets, with frequencies up to a limit: a regular or quotient
 * representation that continuous groups have too.
 *
 * <p>A field stores Fourier coefficients, one irrep beside the other, and transforms exactly.
 * {@link #synthesis} evaluates the function at elements of the group, where any pointwise
 * nonlinearity may act, and {@link #analysis} returns to coefficients; more elements than
 * coefficients keep the error of the higher frequencies small. Cesa, Lang and Weiler, "A Program to
 * Build E(N)-Equivariant Steerable CNNs" (2022), appendix D.
 *
 * <p>With every frequency of a finite group, synthesis at all elements is the change of basis of
 * its regular representation.
 */
public final class BandLimited implements Serializable {

  private static final long serialVersionUID = 1;

  private final Representation representation;
  private final Subgroup subgroup;

  private BandLimited(Representation representation, Subgroup subgroup) {
    this.representation = representation;
    this.subgroup = subgroup;
  }

  /** Functions on the group with frequencies up to the maximum, at least 0. */
  public static BandLimited regular(Group group, int maximumFrequency) {
    return of(
        group.subgroup(SubgroupId.rotations(1)),
        "bandlimited[" + maximumFrequency + "]",
        maximumFrequency);
  }

  /**
   * Functions on the cosets of a subgroup with frequencies up to the maximum, at least 0.
   *
   * @throws IllegalArgumentException if there is no such subgroup
   */
  public static BandLimited quotient(Group group, SubgroupId id, int maximumFrequency) {
    Subgroup subgroup = group.subgroup(id);
    return of(
        subgroup, "bandlimited[" + subgroup.id() + "][" + maximumFrequency + "]", maximumFrequency);
  }

  private static BandLimited of(Subgroup subgroup, String name, int maximumFrequency) {
    Irrep.checkMaximumFrequency(maximumFrequency);
    List<Irrep> irreps = new ArrayList<>();
    for (Irrep irrep : subgroup.parent().irreps(maximumFrequency)) {
      int copies = invariants(subgroup, irrep).size() / irrep.sumOfSquaresConstituents();
      for (int copy = 0; copy < copies; copy++) {
        irreps.add(irrep);
      }
    }
    int size = irreps.stream().mapToInt(Irrep::size).sum();
    Representation representation =
        new Representation(
            subgroup.parent(), name, irreps, SimpleMatrix.identity(size), Set.of("norm", "gated"));
    return new BandLimited(representation, subgroup);
  }

  /** The vectors of an irrep that the subgroup leaves alone. */
  private static List<double[]> invariants(Subgroup subgroup, Irrep irrep) {
    Restriction.OfIrrep restricted = Restriction.restrict(subgroup, irrep);
    List<double[]> vectors = new ArrayList<>();
    int position = 0;
    for (Irrep part : restricted.irreps()) {
      if (part.isTrivial()) {
        vectors.add(
            restricted.changeOfBasis().extractVector(false, position).getDDRM().getData().clone());
      }
      position += part.size();
    }
    return vectors;
  }

  /** How the coefficients transform: a direct sum of irreps. */
  public Representation representation() {
    return representation;
  }

  /**
   * Equally spaced elements, {@code angles} rotations and as many reflections if the group has any;
   * all of a finite group.
   */
  public List<GroupElement> grid(int angles) {
    return representation.group().grid(angles);
  }

  /** The matrix (elements, size) from coefficients to values at those elements. */
  public SimpleMatrix synthesis(List<GroupElement> elements) {
    int size = representation.size();
    double scale = 1 / Math.sqrt(size);
    SimpleMatrix matrix = new SimpleMatrix(elements.size(), size);
    for (int row = 0; row < elements.size(); row++) {
      GroupElement element = representation.group().snap(elements.get(row));
      int column = 0;
      int copy = 0;
      Irrep previous = null;
      for (Irrep irrep : representation.irreps()) {
        copy = irrep.equals(previous) ? copy + 1 : 0;
        previous = irrep;
        double[] vector = invariants(subgroup, irrep).get(copy);
        double[] values = irrep.valuesAt(element);
        int n = irrep.size();
        for (int i = 0; i < n; i++) {
          double sum = 0;
          for (int k = 0; k < n; k++) {
            sum += values[i * n + k] * vector[k];
          }
          matrix.set(row, column++, scale * Math.sqrt(n) * sum);
        }
      }
    }
    return matrix;
  }

  /**
   * The matrix (size, elements) from values at those elements to the coefficients that fit them
   * best.
   *
   * @throws IllegalArgumentException if the elements do not determine the coefficients
   */
  public SimpleMatrix analysis(List<GroupElement> elements) {
    SimpleMatrix synthesis = synthesis(elements);
    SimpleMatrix analysis = synthesis.pseudoInverse();
    if (!analysis.mult(synthesis).isIdentical(SimpleMatrix.identity(representation.size()), 1e-6)) {
      throw new IllegalArgumentException(
          Text.format(
              "%d samples do not determine the %d coefficients of %s: take a finer grid",
              elements.size(), representation.size(), representation.name()));
    }
    return analysis;
  }
}
