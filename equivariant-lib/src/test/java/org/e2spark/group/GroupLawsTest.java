package org.e2spark.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class GroupLawsTest {

  @Provide
  Arbitrary<Tuple.Tuple4<Group, GroupElement, GroupElement, GroupElement>> triples() {
    return Symmetries.groups()
        .flatMap(
            group -> {
              Arbitrary<GroupElement> elements = Symmetries.elements(group);
              return Combinators.combine(elements, elements, elements)
                  .as((a, b, c) -> Tuple.of(group, a, b, c));
            });
  }

  @Provide
  Arbitrary<Tuple.Tuple2<Group, SubgroupId>> subgroups() {
    return Symmetries.groups()
        .flatMap(
            group -> Arbitraries.of(Symmetries.subgroups(group)).map(id -> Tuple.of(group, id)));
  }

  @Property(tries = 500)
  void combinationIsAssociative(
      @ForAll("triples") Tuple.Tuple4<Group, GroupElement, GroupElement, GroupElement> t) {
    Group group = t.get1();
    GroupElement left = group.combine(group.combine(t.get2(), t.get3()), t.get4());
    GroupElement right = group.combine(t.get2(), group.combine(t.get3(), t.get4()));
    assertThat(left.isCloseTo(right)).isTrue();
    if (!group.isContinuous()) {
      assertThat(left).isEqualTo(right);
    }
  }

  @Property(tries = 300)
  void identityAndInverse(
      @ForAll("triples") Tuple.Tuple4<Group, GroupElement, GroupElement, GroupElement> t) {
    Group group = t.get1();
    GroupElement a = t.get2();
    assertThat(group.combine(a, group.identity()).isCloseTo(a)).isTrue();
    assertThat(group.combine(group.identity(), a).isCloseTo(a)).isTrue();
    assertThat(group.combine(a, group.inverse(a)).isCloseTo(group.identity())).isTrue();
    assertThat(group.combine(group.inverse(a), a).isCloseTo(group.identity())).isTrue();
  }

  @Property(tries = 100)
  void finiteGroupsListTheirElements(@ForAll("finite") Group group) {
    List<GroupElement> elements = group.elements();
    assertThat(elements)
        .doesNotHaveDuplicates()
        .hasSize(group.order())
        .startsWith(group.identity());
    for (int i = 0; i < elements.size(); i++) {
      GroupElement element = elements.get(i);
      assertThat(group.indexOf(element)).isEqualTo(i);
      assertThat(group.snap(new GroupElement(element.reflection(), element.angle() + 3e-11)))
          .isEqualTo(element);
      assertThat(group.contains(new GroupElement(element.reflection(), element.angle() + 0.01)))
          .isFalse();
    }
    assertThat(group.testingElements()).isEqualTo(elements);
  }

  @Example
  void continuousGroupsGiveAsManyElementsAndIrrepsAsAskedFor() {
    assertThat(new SO2(1).grid(3))
        .extracting(GroupElement::angle)
        .containsExactly(0.0, 2 * Math.PI / 3, 4 * Math.PI / 3);
    assertThat(new O2(1).grid(3))
        .extracting(GroupElement::reflection)
        .containsExactly(0, 0, 0, 1, 1, 1);
    assertThat(new DihedralGroup(5).grid(3)).isEqualTo(new DihedralGroup(5).elements());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SO2(1).grid(0))
        .withMessageContaining("at least 1");
    assertThat(new SO2(1).irreps(3))
        .extracting(Irrep::name)
        .containsExactly("irrep_0", "irrep_1", "irrep_2", "irrep_3");
    assertThat(new O2(1).irreps(2))
        .extracting(Irrep::name)
        .containsExactly("irrep_0,0", "irrep_1,0", "irrep_1,1", "irrep_1,2");
    assertThat(new DihedralGroup(6).irreps(1))
        .extracting(Irrep::name)
        .containsExactly("irrep_0,0", "irrep_1,0", "irrep_1,1");
    assertThat(new O2(3).order()).isEqualTo(-1);
  }

  @Provide
  Arbitrary<Group> finite() {
    return Symmetries.finiteGroups();
  }

  @Property(tries = 300)
  void subgroupsIncludeAndRestrict(@ForAll("subgroups") Tuple.Tuple2<Group, SubgroupId> t) {
    Group group = t.get1();
    Subgroup subgroup = group.subgroup(t.get2());
    List<GroupElement> members = subgroup.group().testingElements();
    for (GroupElement h : members) {
      GroupElement included = subgroup.include(h);
      assertThat(group.contains(included)).isTrue();
      assertThat(subgroup.restrict(included))
          .hasValueSatisfying(back -> assertThat(back.isCloseTo(h)).isTrue());
      for (GroupElement other : members) {
        GroupElement product = subgroup.include(subgroup.group().combine(h, other));
        assertThat(product.isCloseTo(group.combine(included, subgroup.include(other)))).isTrue();
      }
    }
    if (!group.isContinuous()) {
      long inside = group.elements().stream().filter(g -> subgroup.restrict(g).isPresent()).count();
      assertThat(inside).isEqualTo(subgroup.group().order());
    }
  }

  @Example
  void namesAreThoseOfTheReference() {
    assertThat(new CyclicGroup(8).name()).isEqualTo("C8");
    assertThat(new DihedralGroup(4).name()).isEqualTo("D4");
    assertThat(new SO2(3).name()).isEqualTo("SO(2)");
    assertThat(new O2(3).name()).isEqualTo("O(2)");
    assertThat(new CyclicGroup(8).subgroup(SubgroupId.rotations(2)).id()).hasToString("2");
    assertThat(new DihedralGroup(4).subgroup(SubgroupId.rotations(4)).id())
        .hasToString("(None, 4)");
    assertThat(new DihedralGroup(4).subgroup(new SubgroupId(0.0, 1)).id()).hasToString("(0, 1)");
    assertThat(new O2(4).subgroup(new SubgroupId(null, -1)).id()).hasToString("(None, -1)");
    assertThat(new O2(4).subgroup(new SubgroupId(0.0, 1)).id()).hasToString("(0.0, 1)");
    assertThat(new O2(4).subgroup(SubgroupId.orthogonal(0.1 + 0.2, 2)).id())
        .hasToString("(0.30000000000000004, 2)");
    assertThat(SubgroupId.shortestDecimal(1.5e-7)).isEqualTo("1.5e-07");
    assertThat(SubgroupId.shortestDecimal(2.0e16)).isEqualTo("2e+16");
    assertThat(SubgroupId.shortestDecimal(3)).isEqualTo("3.0");
  }

  @Example
  void wrongRequestsNameValueAndLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicGroup(0))
        .withMessageContaining("0")
        .withMessageContaining("at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicGroup(8).subgroup(SubgroupId.rotations(3)))
        .withMessageContaining("3")
        .withMessageContaining("divides 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicGroup(8).subgroup(new SubgroupId(0.0, 2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DihedralGroup(4).subgroup(SubgroupId.dihedral(2, 2)))
        .withMessageContaining("[0, 4/M)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new O2(4).subgroup(SubgroupId.orthogonal(4, 2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SO2(4).subgroup(SubgroupId.rotations(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicGroup(8).irrep(5))
        .withMessageContaining("[0, 4]");
    assertThatIllegalArgumentException().isThrownBy(() -> new DihedralGroup(5).irrep(0, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CyclicGroup(4).snap(GroupElement.rotation(1)))
        .withMessageContaining("Not an element of C4");
    assertThatIllegalArgumentException().isThrownBy(() -> new GroupElement(2, 0));
    assertThatIllegalStateException()
        .isThrownBy(() -> new SO2(2).elements())
        .withMessageContaining("testingElements");
  }
}
