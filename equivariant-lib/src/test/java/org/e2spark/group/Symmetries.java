package org.e2spark.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.ejml.simple.SimpleMatrix;

/** Random groups, elements, subgroups and representations for property tests. */
public final class Symmetries {

  private Symmetries() {}

  public static Arbitrary<Group> groups() {
    return Arbitraries.oneOf(finiteGroups(), continuousGroups());
  }

  public static Arbitrary<Group> finiteGroups() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(1, 24).map(CyclicGroup::new),
        Arbitraries.integers().between(1, 16).map(DihedralGroup::new));
  }

  public static Arbitrary<Group> continuousGroups() {
    return Arbitraries.integers().between(0, 6).flatMap(k -> Arbitraries.of(new SO2(k), new O2(k)));
  }

  public static Arbitrary<GroupElement> elements(Group group) {
    if (!group.isContinuous()) {
      return Arbitraries.of(group.elements());
    }
    Arbitrary<Integer> reflections =
        Arbitraries.integers().between(0, group.hasReflections() ? 1 : 0);
    Arbitrary<Double> angles = Arbitraries.doubles().between(-10, 10).ofScale(6);
    return Combinators.combine(reflections, angles).as(GroupElement::new);
  }

  /** Every subgroup of a finite group; of a continuous one, a selection with turned axes. */
  public static List<SubgroupId> subgroups(Group group) {
    List<SubgroupId> ids = new ArrayList<>();
    if (group instanceof CyclicGroup || group instanceof DihedralGroup) {
      int n = group.rotations();
      for (int m = 1; m <= n; m++) {
        if (n % m == 0) {
          ids.add(SubgroupId.rotations(m));
          for (int axis = 0; group.hasReflections() && axis < n / m; axis++) {
            ids.add(SubgroupId.dihedral(axis, m));
          }
        }
      }
    } else {
      for (int m : new int[] {1, 2, 3, 4, 7}) {
        ids.add(SubgroupId.rotations(m));
        if (group.hasReflections()) {
          ids.add(SubgroupId.orthogonal(0, m));
          ids.add(SubgroupId.orthogonal(0.7, m));
        }
      }
      if (group.hasReflections()) {
        ids.add(SubgroupId.withoutReflections(-1));
        ids.add(SubgroupId.orthogonal(0, -1));
        ids.add(SubgroupId.orthogonal(2.1, -1));
      }
    }
    return ids;
  }

  /** Irreps, the regular representation and quotients. */
  public static List<Representation> named(Group group) {
    List<Representation> representations = new ArrayList<>(group.irreps());
    if (!group.isContinuous()) {
      representations.add(group.regularRepresentation());
      for (SubgroupId id : subgroups(group)) {
        representations.add(group.quotientRepresentation(id));
      }
    }
    return representations;
  }

  /**
   * Named representations, and direct sums of up to three in a random basis, orthonormal or not.
   */
  public static Arbitrary<Representation> representations(Group group) {
    Arbitrary<Representation> named = Arbitraries.of(named(group));
    Arbitrary<Representation> mixed =
        Combinators.combine(
                named.list().ofMinSize(1).ofMaxSize(3),
                Arbitraries.longs(),
                Arbitraries.of(true, false))
            .as(
                (parts, seed, orthonormal) -> {
                  Representation sum = Representation.directSum(parts, "sum");
                  return sum.changeBasis(
                      randomMatrix(sum.size(), new Random(seed), orthonormal), "mixed", Set.of());
                });
    return Arbitraries.oneOf(named, mixed);
  }

  public static SimpleMatrix randomMatrix(int size, Random random, boolean orthonormal) {
    SimpleMatrix gaussian = SimpleMatrix.random_DDRM(size, size, -1, 1, random);
    SimpleMatrix orthogonal = gaussian.svd().getU();
    if (orthonormal) {
      return orthogonal;
    }
    // Scaled axes keep the matrix well conditioned, which a plain random one is not.
    SimpleMatrix scales = SimpleMatrix.identity(size);
    for (int i = 0; i < size; i++) {
      scales.set(i, i, 0.5 + random.nextDouble());
    }
    return orthogonal.mult(scales).mult(gaussian.svd().getV().transpose());
  }

  /** Fails unless all entries agree as allclose has it: 1e-5 relative, 1e-8 absolute. */
  public static void assertClose(SimpleMatrix actual, SimpleMatrix expected) {
    for (int i = 0; i < expected.getNumElements(); i++) {
      if (!(Math.abs(actual.get(i) - expected.get(i)) <= 1e-8 + 1e-5 * Math.abs(expected.get(i)))) {
        throw new AssertionError(
            "Entry "
                + i
                + ": "
                + actual.get(i)
                + " instead of "
                + expected.get(i)
                + " in\n"
                + actual
                + "for\n"
                + expected);
      }
    }
  }
}
