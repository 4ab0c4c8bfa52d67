package org.e2spark.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.ejml.simple.SimpleMatrix;

class RestrictionInductionTest {

  @Provide
  Arbitrary<Tuple.Tuple2<Representation, SubgroupId>> restrictions() {
    return Symmetries.groups()
        .flatMap(
            group ->
                Combinators.combine(
                        Symmetries.representations(group),
                        Arbitraries.of(Symmetries.subgroups(group)))
                    .as(Tuple::of));
  }

  @Provide
  Arbitrary<Tuple.Tuple3<Group, SubgroupId, Irrep>> inductions() {
    return Symmetries.finiteGroups()
        .flatMap(
            group ->
                Arbitraries.of(Symmetries.subgroups(group))
                    .flatMap(
                        id ->
                            Arbitraries.of(group.subgroup(id).group().irreps())
                                .map(irrep -> Tuple.of(group, id, irrep))));
  }

  @Property(tries = 400)
  void restrictionForgetsElementsOnly(
      @ForAll("restrictions") Tuple.Tuple2<Representation, SubgroupId> t) {
    Representation whole = t.get1();
    Subgroup subgroup = whole.group().subgroup(t.get2());
    Representation restricted = whole.restrict(t.get2());
    assertThat(restricted.group()).isEqualTo(subgroup.group());
    assertThat(restricted.name()).isEqualTo(whole.group().name() + ":" + whole.name());
    for (GroupElement h : subgroup.group().testingElements()) {
      Symmetries.assertClose(restricted.at(h), whole.at(subgroup.include(h)));
    }
  }

  @Property(tries = 300)
  void inductionPermutesCosets(@ForAll("inductions") Tuple.Tuple3<Group, SubgroupId, Irrep> t) {
    Group group = t.get1();
    Subgroup subgroup = group.subgroup(t.get2());
    Irrep irrep = t.get3();
    Representation induced = group.inducedRepresentation(t.get2(), irrep);
    List<GroupElement> representatives = representatives(subgroup);
    int n = irrep.size();
    assertThat(induced.size()).isEqualTo(n * representatives.size());
    for (GroupElement g : group.elements()) {
      SimpleMatrix expected = new SimpleMatrix(induced.size(), induced.size());
      for (int from = 0; from < representatives.size(); from++) {
        GroupElement moved = group.combine(g, representatives.get(from));
        for (int to = 0; to < representatives.size(); to++) {
          GroupElement rest = group.combine(group.inverse(representatives.get(to)), moved);
          int row = to * n;
          int column = from * n;
          subgroup.restrict(rest).ifPresent(h -> expected.insertIntoThis(row, column, irrep.at(h)));
        }
      }
      Symmetries.assertClose(induced.at(g), expected);
    }
    assertOrthonormal(induced);
    Representation back = induced.restrict(t.get2());
    for (GroupElement h : subgroup.group().elements()) {
      Symmetries.assertClose(back.at(h), induced.at(subgroup.include(h)));
    }
    if (irrep.isTrivial()) {
      assertThat(
              group
                  .quotientRepresentation(t.get2())
                  .changeOfBasis()
                  .isIdentical(induced.changeOfBasis(), 1e-12))
          .isTrue();
      assertThat(group.quotientRepresentation(t.get2()).isPermutation()).isTrue();
    }
  }

  private static void assertOrthonormal(Representation rho) {
    SimpleMatrix basis = rho.changeOfBasis();
    Symmetries.assertClose(basis.mult(basis.transpose()), SimpleMatrix.identity(rho.size()));
    Symmetries.assertClose(rho.changeOfBasisInverse(), basis.transpose());
  }

  /** The first element of each left coset, in the order of the group's elements. */
  private static List<GroupElement> representatives(Subgroup subgroup) {
    Group group = subgroup.parent();
    List<GroupElement> representatives = new ArrayList<>();
    for (GroupElement g : group.elements()) {
      boolean known =
          representatives.stream()
              .anyMatch(r -> subgroup.restrict(group.combine(group.inverse(r), g)).isPresent());
      if (!known) {
        representatives.add(g);
      }
    }
    return representatives;
  }

  @Property(tries = 50)
  void o2InducesFromItsRotations(@ForAll("frequencies") int frequency) {
    O2 o2 = new O2(frequency);
    SubgroupId rotations = SubgroupId.withoutReflections(-1);
    Irrep irrep = new SO2(frequency).irrep(frequency);
    Representation induced = o2.inducedRepresentation(rotations, irrep);
    assertThat(induced.name()).isEqualTo("induced[(None, -1)][irrep_" + frequency + "]");
    assertOrthonormal(induced);
    int n = irrep.size();
    for (GroupElement g : o2.testingElements()) {
      SimpleMatrix expected = new SimpleMatrix(2 * n, 2 * n);
      SimpleMatrix turn = irrep.at(GroupElement.rotation(g.angle()));
      SimpleMatrix back = irrep.at(GroupElement.rotation(-g.angle()));
      expected.insertIntoThis(g.reflection() == 0 ? 0 : n, 0, g.reflection() == 0 ? turn : back);
      expected.insertIntoThis(g.reflection() == 0 ? n : 0, n, g.reflection() == 0 ? back : turn);
      Symmetries.assertClose(induced.at(g), expected);
    }
  }

  @Provide
  Arbitrary<Integer> frequencies() {
    return Arbitraries.integers().between(0, 9);
  }

  @Property(tries = 300)
  void disentangledPartsAddUp(@ForAll("restrictions") Tuple.Tuple2<Representation, SubgroupId> t) {
    Representation restricted = t.get1().restrict(t.get2());
    for (Disentanglement.Method method : Disentanglement.Method.values()) {
      Disentanglement split = restricted.disentangle(method);
      SimpleMatrix permutation = split.changeOfBasis();
      Representation sum = Representation.directSum(split.parts());
      for (GroupElement h : restricted.group().testingElements()) {
        Symmetries.assertClose(
            permutation.mult(restricted.at(h)).mult(permutation.transpose()), sum.at(h));
      }
    }
  }

  @Example
  void restrictedRegularFieldsSplitIntoRegularFieldsOnRequest() {
    DihedralGroup d8 = new DihedralGroup(8);
    Representation toD4 = d8.regularRepresentation().restrict(SubgroupId.dihedral(1, 4));
    assertThat(toD4.disentangle().parts())
        .singleElement()
        .satisfies(part -> assertThat(part.name()).isEqualTo("D8:regular_0"));
    Representation regular = new DihedralGroup(4).regularRepresentation();
    assertThat(toD4.disentangle(Disentanglement.Method.ORBITS).parts())
        .containsExactly(regular, regular);

    Representation toFlip =
        new DihedralGroup(3).regularRepresentation().restrict(SubgroupId.dihedral(2, 1));
    Representation pair = new CyclicGroup(2).regularRepresentation();
    assertThat(toFlip.disentangle(Disentanglement.Method.ORBITS).parts())
        .containsExactly(pair, pair, pair);

    Representation toNothing =
        new CyclicGroup(4).regularRepresentation().restrict(SubgroupId.rotations(1));
    Representation scalar = new CyclicGroup(1).trivialRepresentation();
    assertThat(toNothing.disentangle(Disentanglement.Method.ORBITS).parts())
        .containsExactly(scalar, scalar, scalar, scalar);

    // The four mirror lines of D4, seen by the reflections along the axes: two lines stay, the
    // diagonals change places.
    Representation lines =
        new DihedralGroup(4)
            .quotientRepresentation(SubgroupId.dihedral(0, 1))
            .restrict(SubgroupId.dihedral(0, 2));
    assertThat(
            lines.disentangle(Disentanglement.Method.ORBITS).parts().stream()
                .map(Representation::name))
        .containsExactly("quotient[(0, 1)]", "quotient[(1, 1)]");
  }

  @Example
  void inductionTagsFollowTheIrrep() {
    DihedralGroup d4 = new DihedralGroup(4);
    Irrep frequencyOne = new CyclicGroup(4).irrep(1);
    assertThat(
            d4.inducedRepresentation(SubgroupId.withoutReflections(4), frequencyOne)
                .supportedNonlinearities())
        .containsExactly("gated", "induced_gated_2", "induced_norm_2", "norm");
    assertThat(d4.quotientRepresentation(SubgroupId.dihedral(0, 1)).supportedNonlinearities())
        .containsExactly(
            "concatenated",
            "gated",
            "induced_gate",
            "induced_gated_1",
            "induced_norm_1",
            "norm",
            "pointwise");
    assertThat(new CyclicGroup(4).regularRepresentation().supports("vectorfield")).isTrue();
    assertThat(d4.irrep(1, 0).restrict(SubgroupId.withoutReflections(4)).supports("pointwise"))
        .isTrue();
  }

  @Example
  void whatCannotBeInducedSaysWhy() {
    O2 o2 = new O2(2);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                o2.inducedRepresentation(SubgroupId.orthogonal(0, 1), new CyclicGroup(2).irrep(0)))
        .withMessageContaining("infinitely many cosets");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new CyclicGroup(8)
                    .inducedRepresentation(SubgroupId.rotations(4), new CyclicGroup(2).irrep(1)))
        .withMessageContaining("which is C4");
  }
}
