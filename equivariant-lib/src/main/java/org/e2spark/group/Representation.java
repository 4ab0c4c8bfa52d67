package org.e2spark.group;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.text.Text;
import org.ejml.data.SingularMatrixException;
import org.ejml.simple.SimpleMatrix;

/**
 * How a vector of channels transforms: {@code ρ(g) = Q · blockdiag(ψ_i(g)) · Q^-1}, with irreps
 * {@code ψ_i} and a change of basis Q.
 *
 * <p>Immutable, equal by content (matrices up to 1e-8), and small when serialised: what a group can
 * build is sent as a recipe. Names are part of what identifies it, because the order of saved
 * weights follows them.
 */
public sealed class Representation implements Serializable permits Irrep {

  private static final long serialVersionUID = 1;

  /** Entries closer than this are the same matrix. */
  static final double TOLERANCE = 1e-8;

  private final transient Group group;
  private final transient String name;
  private final transient List<Irrep> irreps;
  private final transient SimpleMatrix changeOfBasis;
  private final transient SimpleMatrix changeOfBasisInverse;
  private final transient Set<String> supportedNonlinearities;
  private final transient Serializable recipe;

  /**
   * A representation from its decomposition.
   *
   * @param group the group represented
   * @param name identifies it among the representations of its group
   * @param irreps the irreps, in the order of the columns of Q
   * @param changeOfBasis Q, square and invertible, as large as the irreps together
   * @param supportedNonlinearities what may be applied to its channels: pointwise, norm, gated,
   *     gate, concatenated, vectorfield, induced_…
   * @throws IllegalArgumentException if sizes disagree, an irrep is of another group, or Q is
   *     singular
   */
  public Representation(
      Group group,
      String name,
      List<Irrep> irreps,
      SimpleMatrix changeOfBasis,
      Set<String> supportedNonlinearities) {
    this(
        group,
        name,
        irreps,
        changeOfBasis.copy(),
        inverse(changeOfBasis),
        supportedNonlinearities,
        null);
    int size = irreps.stream().mapToInt(Irrep::size).sum();
    if (changeOfBasis.getNumRows() != size || changeOfBasis.getNumCols() != size) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid change of basis of %s: %d x %d (its irreps need %d x %d)",
              name, changeOfBasis.getNumRows(), changeOfBasis.getNumCols(), size, size));
    }
    for (Irrep irrep : irreps) {
      if (!irrep.group().equals(group)) {
        throw new IllegalArgumentException(
            Text.format(
                "Irrep %s of %s in a representation of %s", irrep.name(), irrep.group(), group));
      }
    }
  }

  /** For callers that know the matrices to be right and hand them over. */
  Representation(
      Group group,
      String name,
      List<Irrep> irreps,
      SimpleMatrix changeOfBasis,
      SimpleMatrix changeOfBasisInverse,
      Set<String> supportedNonlinearities,
      Serializable recipe) {
    this.group = Objects.requireNonNull(group, "group");
    this.name = Objects.requireNonNull(name, "name");
    this.irreps = List.copyOf(irreps);
    this.changeOfBasis = changeOfBasis;
    this.changeOfBasisInverse = changeOfBasisInverse;
    this.supportedNonlinearities =
        Collections.unmodifiableSet(new TreeSet<>(supportedNonlinearities));
    this.recipe = recipe;
  }

  Representation(
      Group group, String name, SimpleMatrix identity, Set<String> supportedNonlinearities) {
    this(group, name, List.of(), identity, identity, supportedNonlinearities, null);
  }

  static SimpleMatrix inverse(SimpleMatrix matrix) {
    if (matrix.getNumRows() != matrix.getNumCols()) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid change of basis: %d x %d (must be square)",
              matrix.getNumRows(), matrix.getNumCols()));
    }
    SimpleMatrix transpose = matrix.transpose();
    SimpleMatrix identity = SimpleMatrix.identity(matrix.getNumRows());
    if (matrix.mult(transpose).isIdentical(identity, TOLERANCE * 1e-4)) {
      return transpose;
    }
    SimpleMatrix inverse;
    try {
      inverse = matrix.invert();
    } catch (SingularMatrixException e) {
      throw new IllegalArgumentException("Invalid change of basis: it is singular", e);
    }
    if (!matrix.mult(inverse).isIdentical(identity, 1e-6)) {
      throw new IllegalArgumentException(
          "Invalid change of basis: it is singular to working precision");
    }
    return inverse;
  }

  /** The group represented. */
  public final Group group() {
    return group;
  }

  /**
   * Identifies the representation among those of its group: "irrep_1,0", "regular", "quotient[(0,
   * 1)]", "D4:regular", …
   */
  public final String name() {
    return name;
  }

  /** Number of channels. */
  public final int size() {
    return changeOfBasis.getNumRows();
  }

  /** The irreps, in the order of the columns of Q. */
  public List<Irrep> irreps() {
    return irreps;
  }

  /** Q, a copy. */
  public final SimpleMatrix changeOfBasis() {
    return changeOfBasis.copy();
  }

  /** The inverse of Q, a copy. */
  public final SimpleMatrix changeOfBasisInverse() {
    return changeOfBasisInverse.copy();
  }

  /** Whether Q is orthonormal, as it is for everything but a custom change of basis. */
  public final boolean isOrthonormal() {
    return changeOfBasisInverse.isIdentical(changeOfBasis.transpose(), TOLERANCE);
  }

  /** Whether Q is the identity, so that channels are irreps side by side. */
  public final boolean isDirectSumOfIrreps() {
    return changeOfBasis.isIdentical(SimpleMatrix.identity(size()), TOLERANCE);
  }

  /** Which families of nonlinearities act on these channels equivariantly, sorted. */
  public final Set<String> supportedNonlinearities() {
    return supportedNonlinearities;
  }

  /** Whether that family of nonlinearities acts on these channels equivariantly. */
  public final boolean supports(String nonlinearity) {
    return supportedNonlinearities.contains(nonlinearity);
  }

  /**
   * The matrix ρ(g), (size, size).
   *
   * @throws IllegalArgumentException if the element is not the group's
   */
  public SimpleMatrix at(GroupElement element) {
    GroupElement own = group.snap(element);
    SimpleMatrix blocks = new SimpleMatrix(size(), size());
    int position = 0;
    for (Irrep irrep : irreps()) {
      int n = irrep.size();
      double[] values = irrep.valuesAt(own);
      for (int i = 0; i < n * n; i++) {
        blocks.set(position + i / n, position + i % n, values[i]);
      }
      position += n;
    }
    return changeOfBasis.mult(blocks).mult(changeOfBasisInverse);
  }

  /** The trace of ρ(g). */
  public double character(GroupElement element) {
    return irreps().stream().mapToDouble(irrep -> irrep.character(element)).sum();
  }

  /** Whether it is one irrep in its own basis. */
  public boolean isIrreducible() {
    return irreps().size() == 1 && isDirectSumOfIrreps();
  }

  /** Whether it maps everything to 1, in one dimension. */
  public boolean isTrivial() {
    return isIrreducible() && irreps().get(0).isTrivial();
  }

  /**
   * Whether the trivial representation is among its irreps: only then may its channels carry a
   * bias.
   */
  public final boolean containsTrivial() {
    return irreps().stream().anyMatch(Irrep::isTrivial);
  }

  /** Whether every ρ(g) permutes the channels. */
  public final boolean isPermutation() {
    for (GroupElement element : group.testingElements()) {
      SimpleMatrix matrix = at(element);
      for (int i = 0; i < size() * size(); i++) {
        double value = matrix.get(i);
        if (Math.abs(value) > TOLERANCE && Math.abs(value - 1) > TOLERANCE) {
          return false;
        }
      }
    }
    return true;
  }

  /** See {@link Group#restrict}. */
  public final Representation restrict(SubgroupId id) {
    return group.restrict(id, this);
  }

  /**
   * The direct sum of this and another representation of the same group, named "[this]_[other]".
   */
  public final Representation plus(Representation other) {
    return DirectSum.of(List.of(this, other));
  }

  /**
   * The direct sum of representations of one group, named "[first]_[second]_…"; it supports the
   * nonlinearities all of them support.
   */
  public static Representation directSum(List<Representation> representations) {
    return DirectSum.of(representations);
  }

  /** The direct sum under a name of its own. */
  public static Representation directSum(List<Representation> representations, String name) {
    return DirectSum.of(representations, name);
  }

  /**
   * {@code A ρ(g) A^-1}, with no nonlinearity supported.
   *
   * @throws IllegalArgumentException if A is singular or of another size
   */
  public final Representation changeBasis(SimpleMatrix matrix, String newName) {
    return changeBasis(matrix, newName, Set.of());
  }

  /** {@code A ρ(g) A^-1}, supporting the given nonlinearities. */
  public final Representation changeBasis(
      SimpleMatrix matrix, String newName, Set<String> nonlinearities) {
    if (matrix.getNumRows() != size() || matrix.getNumCols() != size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid change of basis of %s: %d x %d (must be %d x %d)",
              name, matrix.getNumRows(), matrix.getNumCols(), size(), size()));
    }
    return new Representation(
        group,
        newName,
        irreps(),
        matrix.mult(changeOfBasis),
        changeOfBasisInverse.mult(inverse(matrix)),
        nonlinearities,
        null);
  }

  /**
   * The tensor product with another representation of the same group, decomposed into irreps;
   * channel {@code i · other.size() + j}.
   */
  public final Representation tensor(Representation other) {
    return Decomposition.tensorProduct(this, other);
  }

  /**
   * Splits it into independent blocks of channels as the reference does: see {@link
   * Disentanglement}.
   */
  public final Disentanglement disentangle() {
    return disentangle(Disentanglement.Method.COMPATIBLE);
  }

  /** Splits it into independent blocks of channels. */
  public final Disentanglement disentangle(Disentanglement.Method method) {
    return Disentanglement.of(this, method);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Representation that
            && !(other instanceof Irrep)
            && group.equals(that.group)
            && name.equals(that.name)
            && irreps.equals(that.irreps)
            && supportedNonlinearities.equals(that.supportedNonlinearities)
            && changeOfBasis.isIdentical(that.changeOfBasis, TOLERANCE));
  }

  @Override
  public int hashCode() {
    return Objects.hash(group, name, irreps);
  }

  @Override
  public final String toString() {
    return group.name() + "|" + name + ":" + size();
  }

  Object writeReplace() {
    return recipe != null ? recipe : new SerializedRepresentation.Explicit(this);
  }

  private void readObject(ObjectInputStream stream) throws InvalidObjectException {
    throw new InvalidObjectException("A Representation is only read through its serialized form");
  }
}
