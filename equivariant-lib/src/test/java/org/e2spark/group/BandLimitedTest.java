package org.e2spark.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

class BandLimitedTest {

  @Provide
  Arbitrary<Tuple.Tuple4<BandLimited, SubgroupId, GroupElement, GroupElement>> functions() {
    return Symmetries.groups()
        .flatMap(
            group ->
                Combinators.combine(
                        Arbitraries.of(Symmetries.subgroups(group)),
                        Arbitraries.integers().between(0, 5),
                        Symmetries.elements(group),
                        Symmetries.elements(group))
                    .as(
                        (id, frequency, g, h) ->
                            Tuple.of(BandLimited.quotient(group, id, frequency), id, g, h)));
  }

  @Property(tries = 300)
  void coefficientsTransformAsTheFunctionMoves(
      @ForAll("functions") Tuple.Tuple4<BandLimited, SubgroupId, GroupElement, GroupElement> t) {
    BandLimited functions = t.get1();
    Group group = functions.representation().group();
    SimpleMatrix moved =
        functions.synthesis(List.of(t.get3())).mult(functions.representation().at(t.get4()));
    GroupElement origin = group.combine(group.inverse(t.get4()), t.get3());
    Symmetries.assertClose(moved, functions.synthesis(List.of(origin)));
    Subgroup subgroup = group.subgroup(t.get2());
    for (GroupElement h : subgroup.group().testingElements()) {
      GroupElement sameCoset = group.combine(t.get3(), subgroup.include(h));
      Symmetries.assertClose(
          functions.synthesis(List.of(sameCoset)), functions.synthesis(List.of(t.get3())));
    }
  }

  @Property(tries = 100)
  void analysisUndoesSynthesis(
      @ForAll("functions") Tuple.Tuple4<BandLimited, SubgroupId, GroupElement, GroupElement> t) {
    BandLimited functions = t.get1();
    List<GroupElement> grid = functions.grid(16);
    SimpleMatrix both = functions.analysis(grid).mult(functions.synthesis(grid));
    Symmetries.assertClose(both, SimpleMatrix.identity(functions.representation().size()));
  }

  @Property(tries = 40)
  void theWholeBandOfAFiniteGroupIsItsRegularRepresentation(@ForAll("finite") Group group) {
    BandLimited functions = BandLimited.regular(group, group.rotations());
    assertThat(functions.representation().irreps())
        .isEqualTo(group.regularRepresentation().irreps());
    Symmetries.assertClose(
        functions.synthesis(group.elements()), group.regularRepresentation().changeOfBasis());
  }

  @Provide
  Arbitrary<Group> finite() {
    return Symmetries.finiteGroups();
  }

  @Example
  void sizesAndErrors() {
    assertThat(BandLimited.regular(new SO2(0), 3).representation().size()).isEqualTo(7);
    assertThat(BandLimited.regular(new O2(0), 3).representation().size()).isEqualTo(14);
    assertThat(
            BandLimited.quotient(new O2(0), SubgroupId.orthogonal(0, 1), 3).representation().size())
        .isEqualTo(7);
    assertThat(
            BandLimited.quotient(new SO2(0), SubgroupId.rotations(4), 4).representation().irreps())
        .extracting(Irrep::frequency)
        .containsExactly(0, 4);
    BandLimited functions = BandLimited.regular(new SO2(0), 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> functions.analysis(functions.grid(6)))
        .withMessageContaining("6 samples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BandLimited.regular(new SO2(0), -1))
        .withMessageContaining("-1");
  }
}
