package org.e2spark.group;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ejml.simple.SimpleMatrix;

/**
 * An irreducible representation: the building block that every other {@link Representation} is a
 * direct sum of.
 *
 * <p>In two dimensions it maps {@code r_θ f^j} to {@code ψ(kθ) χ(j)}, the rotation matrix by kθ
 * times {@code diag(1, ±1)}; in one dimension to a sign. Weiler and Cesa, "General E(2)-Equivariant
 * Steerable CNNs" (2019), appendix F.
 */
public final class Irrep extends Representation {

  private static final long serialVersionUID = 1;

  private final transient int[] id;
  private final transient int flipFrequency;
  private final transient int frequency;
  private final transient int sumOfSquaresConstituents;

  private Irrep(
      Group group, int[] id, int flipFrequency, int frequency, int size, int constituents) {
    super(
        group,
        "irrep_" + Arrays.stream(id).mapToObj(Integer::toString).collect(Collectors.joining(",")),
        SimpleMatrix.identity(size),
        nonlinearities(group, flipFrequency, frequency, size));
    this.id = id;
    this.flipFrequency = flipFrequency;
    this.frequency = frequency;
    this.sumOfSquaresConstituents = constituents;
  }

  static Irrep ofRotations(Group group, int frequency, int size) {
    return new Irrep(group, new int[] {frequency}, 0, frequency, size, size);
  }

  static Irrep withReflections(Group group, int flipFrequency, int frequency, int size) {
    return new Irrep(
        group, new int[] {flipFrequency, frequency}, flipFrequency, frequency, size, 1);
  }

  static IllegalArgumentException noSuchIrrep(Group group, int[] id, String valid) {
    return new IllegalArgumentException(
        "No irrep " + Arrays.toString(id) + " of " + group.name() + " (valid: " + valid + ")");
  }

  static void checkMaximumFrequency(int maximumFrequency) {
    if (maximumFrequency < 0) {
      throw new IllegalArgumentException(
          "Invalid maximum frequency: " + maximumFrequency + " (must be at least 0)");
    }
  }

  private static Set<String> nonlinearities(
      Group group, int flipFrequency, int frequency, int size) {
    Set<String> tags = new TreeSet<>(Set.of("norm", "gated"));
    if (size == 1 && !group.isContinuous()) {
      tags.add("concatenated");
    }
    if (flipFrequency == 0 && frequency == 0) {
      tags.add("pointwise");
      tags.add("gate");
    }
    return tags;
  }

  /** The id {@link Group#irrep} takes. */
  public int[] id() {
    return id.clone();
  }

  /** How often it turns while the plane turns once. */
  public int frequency() {
    return frequency;
  }

  /** 1 if the reflection changes the sign of a basis vector; 0 for groups without reflections. */
  public int flipFrequency() {
    return flipFrequency;
  }

  /**
   * Dimension of the space of matrices that commute with it: 2 for two-dimensional irreps of
   * rotations (complex type), else 1.
   */
  public int sumOfSquaresConstituents() {
    return sumOfSquaresConstituents;
  }

  @Override
  public List<Irrep> irreps() {
    return List.of(this);
  }

  @Override
  public boolean isTrivial() {
    return flipFrequency == 0 && frequency == 0;
  }

  @Override
  public boolean isIrreducible() {
    return true;
  }

  @Override
  public SimpleMatrix at(GroupElement element) {
    return new SimpleMatrix(size(), size(), true, valuesAt(group().snap(element)));
  }

  @Override
  public double character(GroupElement element) {
    double[] values = valuesAt(group().snap(element));
    return size() == 1 ? values[0] : values[0] + values[3];
  }

  /** Row-major matrix of an element already known to belong to the group. */
  double[] valuesAt(GroupElement element) {
    int sign = element.reflection() == 1 && flipFrequency == 1 ? -1 : 1;
    double angle = frequency * element.angle();
    if (size() == 1) {
      return new double[] {sign * Math.rint(Math.cos(angle))};
    }
    double cosine = Math.cos(angle);
    double sine = Math.sin(angle);
    return new double[] {cosine, -sign * sine, sine, sign * cosine};
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Irrep irrep
        && group().equals(irrep.group())
        && Arrays.equals(id, irrep.id);
  }

  @Override
  public int hashCode() {
    return 31 * group().hashCode() + Arrays.hashCode(id);
  }

  @Override
  Object writeReplace() {
    return new SerializedRepresentation.OfIrrep(group(), id);
  }
}
