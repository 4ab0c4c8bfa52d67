package org.e2spark.gspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Subgroup;
import org.e2spark.group.SubgroupId;
import org.e2spark.group.Symmetries;
import org.ejml.simple.SimpleMatrix;

class RestrictIsometryTest {

  @Provide
  Arbitrary<Tuple.Tuple2<GSpace, SubgroupId>> restrictions() {
    return Spaces.any()
        .flatMap(
            space ->
                Arbitraries.of(Symmetries.subgroups(space.fiberGroup()))
                    .map(id -> Tuple.of(space, id)));
  }

  /** How an element moves points (x, y). */
  static SimpleMatrix isometry(GSpace space, GroupElement element) {
    GroupElement action = space.baseSpaceAction(element);
    double c = Math.cos(action.angle());
    double s = Math.sin(action.angle());
    return new SimpleMatrix(2, 2, true, c, -s, s, c)
        .mult(SimpleMatrix.diag(1, action.reflection() == 1 ? -1 : 1));
  }

  @Property(tries = 300)
  void restrictedSpaceMovesPointsAsItsParent(
      @ForAll("restrictions") Tuple.Tuple2<GSpace, SubgroupId> t) {
    GSpace parent = t.get1();
    GSpace child = parent.restrict(t.get2());
    Subgroup subgroup = parent.subgroup(t.get2());
    assertThat(child.fiberGroup()).isEqualTo(subgroup.group());
    for (GroupElement h : child.fiberGroup().testingElements()) {
      Symmetries.assertClose(isometry(child, h), isometry(parent, subgroup.include(h)));
    }
  }

  @Property(tries = 200)
  void elementsActAsAGroup(@ForAll("restrictions") Tuple.Tuple2<GSpace, SubgroupId> t) {
    GSpace space = t.get1();
    for (GroupElement a : space.fiberGroup().testingElements()) {
      for (GroupElement b : space.fiberGroup().testingElements()) {
        Symmetries.assertClose(
            isometry(space, space.fiberGroup().combine(a, b)),
            isometry(space, a).mult(isometry(space, b)));
      }
    }
  }

  @Example
  void theReflectionKeepsItsAxis() {
    for (double axis : new double[] {0, 0.3, Math.PI / 2}) {
      SimpleMatrix line = new SimpleMatrix(2, 1, true, Math.cos(axis), Math.sin(axis));
      Symmetries.assertClose(
          isometry(new FlipRot2dOnR2(4, axis), GroupElement.reflection(0)).mult(line), line);
      Symmetries.assertClose(
          isometry(new Flip2dOnR2(axis), GroupElement.rotation(Math.PI)).mult(line), line);
    }
  }

  @Example
  void theAxisIsPartOfEquality() {
    assertThat(new FlipRot2dOnR2(4, 0.1))
        .isNotEqualTo(new FlipRot2dOnR2(4, 0.2))
        .isEqualTo(new FlipRot2dOnR2(4, 0.1));
    assertThat(new Flip2dOnR2(0)).isNotEqualTo(new Flip2dOnR2());
    assertThat(new FlipRot2dOnR2(8).restrict(SubgroupId.dihedral(1, 4)))
        .isEqualTo(new FlipRot2dOnR2(4, Math.PI / 2 + Math.PI / 8));
    assertThat(new FlipRot2dOnR2(8).restrict(SubgroupId.dihedral(2, 1)))
        .isEqualTo(new Flip2dOnR2(Math.PI / 2 + Math.PI / 4));
    assertThat(FlipRot2dOnR2.continuous(3).restrict(SubgroupId.withoutReflections(-1)))
        .isEqualTo(Rot2dOnR2.continuous(3));
    assertThat(new Rot2dOnR2(8).restrict(SubgroupId.rotations(1))).isEqualTo(new TrivialOnR2());
  }

  @Example
  void namesSayWhatIsRespected() {
    assertThat(
            Stream.of(
                    new TrivialOnR2(),
                    new Flip2dOnR2(),
                    new Rot2dOnR2(8),
                    Rot2dOnR2.continuous(2),
                    new FlipRot2dOnR2(4))
                .map(GSpace::name))
        .containsExactly(
            "Trivial",
            "Flips",
            "8-Rotations",
            "Continuous-Rotations",
            "Flip_4-Rotations(f=1.57080)");
  }

  @Example
  void wrongSpacesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rot2dOnR2(1))
        .withMessageContaining("at least 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rot2dOnR2(-1))
        .withMessageContaining("maximum frequency");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rot2dOnR2(4, 3))
        .withMessageContaining("3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FlipRot2dOnR2(4, Double.NaN))
        .withMessageContaining("axis");
  }
}
