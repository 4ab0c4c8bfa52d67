package org.e2spark.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.assertj.core.data.Offset;
import org.ejml.simple.SimpleMatrix;

class RepresentationLawsTest {

  @Provide
  Arbitrary<Tuple.Tuple3<Representation, GroupElement, GroupElement>> pairs() {
    return Symmetries.groups()
        .flatMap(
            group ->
                Combinators.combine(
                        Symmetries.representations(group),
                        Symmetries.elements(group),
                        Symmetries.elements(group))
                    .as(Tuple::of));
  }

  @Provide
  Arbitrary<Tuple.Tuple2<Representation, Representation>> factors() {
    return Symmetries.groups()
        .flatMap(
            group -> {
              List<Representation> small =
                  Symmetries.named(group).stream().filter(r -> r.size() <= 6).toList();
              return Combinators.combine(Arbitraries.of(small), Arbitraries.of(small))
                  .as(Tuple::of);
            });
  }

  @Provide
  Arbitrary<Group> finite() {
    return Symmetries.finiteGroups();
  }

  @Property(tries = 300)
  void productsBecomeProducts(
      @ForAll("pairs") Tuple.Tuple3<Representation, GroupElement, GroupElement> t) {
    Representation rho = t.get1();
    SimpleMatrix product = rho.at(t.get2()).mult(rho.at(t.get3()));
    Symmetries.assertClose(product, rho.at(rho.group().combine(t.get2(), t.get3())));
  }

  @Property(tries = 200)
  void matricesComeFromIrrepsAndBasis(
      @ForAll("pairs") Tuple.Tuple3<Representation, GroupElement, GroupElement> t) {
    Representation rho = t.get1();
    SimpleMatrix blocks = new SimpleMatrix(rho.size(), rho.size());
    int position = 0;
    for (Irrep irrep : rho.irreps()) {
      blocks.insertIntoThis(position, position, irrep.at(t.get2()));
      position += irrep.size();
    }
    Symmetries.assertClose(
        rho.at(t.get2()), rho.changeOfBasis().mult(blocks).mult(rho.changeOfBasisInverse()));
    Symmetries.assertClose(
        rho.changeOfBasis().mult(rho.changeOfBasisInverse()), SimpleMatrix.identity(rho.size()));
    assertThat(rho.character(t.get2())).isCloseTo(rho.at(t.get2()).trace(), Offset.offset(1e-8));
  }

  @Property(tries = 60)
  void builtBasesAreOrthonormal(@ForAll("finite") Group group) {
    for (Representation rho : Symmetries.named(group)) {
      SimpleMatrix basis = rho.changeOfBasis();
      Symmetries.assertClose(basis.mult(basis.transpose()), SimpleMatrix.identity(rho.size()));
      assertThat(rho.isOrthonormal()).isTrue();
    }
  }

  @Property(tries = 60)
  void regularRepresentationPermutesElements(@ForAll("finite") Group group) {
    Representation regular = group.regularRepresentation();
    assertThat(regular.isPermutation()).isTrue();
    List<GroupElement> elements = group.elements();
    for (GroupElement g : elements) {
      SimpleMatrix expected = new SimpleMatrix(group.order(), group.order());
      for (int i = 0; i < elements.size(); i++) {
        expected.set(group.indexOf(group.combine(g, elements.get(i))), i, 1);
      }
      Symmetries.assertClose(regular.at(g), expected);
    }
  }

  @Property(tries = 150)
  void irrepsAreRotationsAndMirrorings(
      @ForAll("pairs") Tuple.Tuple3<Representation, GroupElement, GroupElement> t) {
    for (Irrep irrep : t.get1().irreps()) {
      GroupElement g = t.get1().group().snap(t.get2());
      double angle = irrep.frequency() * g.angle();
      SimpleMatrix psi =
          new SimpleMatrix(
              2, 2, true, Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle));
      SimpleMatrix chi =
          SimpleMatrix.diag(1, g.reflection() == 1 && irrep.flipFrequency() == 1 ? -1 : 1);
      SimpleMatrix expected =
          irrep.size() == 2
              ? psi.mult(chi)
              : new SimpleMatrix(1, 1, true, chi.get(1, 1) * psi.get(0, 0));
      Symmetries.assertClose(irrep.at(g), expected);
    }
  }

  @Property(tries = 100)
  void tensorProductsDecompose(@ForAll("factors") Tuple.Tuple2<Representation, Representation> t) {
    Representation product = t.get1().tensor(t.get2());
    assertThat(product.isOrthonormal()).isTrue();
    for (GroupElement g : product.group().testingElements()) {
      Symmetries.assertClose(product.at(g), t.get1().at(g).kron(t.get2().at(g)));
    }
  }

  @Property(tries = 50)
  void matricesDecomposeIntoIrrepsSortedByName(@ForAll("finite") Group group) {
    Representation regular = group.regularRepresentation();
    Representation again =
        Decomposition.ofMatrices(group, "again", regular::at, Set.of("pointwise"));
    assertThat(again.irreps().stream().map(Irrep::name).toList()).isSorted();
    assertThat(again.irreps()).containsExactlyInAnyOrderElementsOf(regular.irreps());
    assertThat(again.supports("pointwise")).isTrue();
  }

  @Property(tries = 150)
  void serialisationKeepsEqualityAndIsSmall(
      @ForAll("pairs") Tuple.Tuple3<Representation, GroupElement, GroupElement> t)
      throws IOException, ClassNotFoundException {
    Representation rho = t.get1();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(rho);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Object back = in.readObject();
      assertThat(back).isEqualTo(rho).hasSameHashCodeAs(rho);
    }
    boolean buildable = !rho.name().equals("mixed");
    assertThat(bytes.size())
        .isLessThan(
            buildable ? 600 : 2_000 + 16 * rho.size() * rho.size() + 100 * rho.irreps().size());
  }

  @Example
  void fourierMatricesOfTheReference() {
    double h = Math.sqrt(0.5);
    SimpleMatrix c4 =
        new SimpleMatrix(
            new double[][] {{.5, h, 0, .5}, {.5, 0, h, -.5}, {.5, -h, 0, .5}, {.5, 0, -h, -.5}});
    Symmetries.assertClose(new CyclicGroup(4).regularRepresentation().changeOfBasis(), c4);
    Representation quotient =
        new DihedralGroup(4).quotientRepresentation(SubgroupId.dihedral(0, 1));
    assertThat(quotient.name()).isEqualTo("quotient[(0, 1)]");
    assertThat(quotient.irreps().stream().map(Irrep::name))
        .containsExactly("irrep_0,0", "irrep_1,1", "irrep_0,2");
    Symmetries.assertClose(quotient.changeOfBasis(), c4);
    Symmetries.assertClose(
        new CyclicGroup(8).quotientRepresentation(SubgroupId.rotations(2)).changeOfBasis(),
        new SimpleMatrix(
            new double[][] {
              {.5, .5, .5, .5}, {.5, -.5, .5, -.5}, {.5, -.5, -.5, .5}, {.5, .5, -.5, -.5}
            }));

    DihedralGroup d3 = new DihedralGroup(3);
    SimpleMatrix basis = d3.regularRepresentation().changeOfBasis();
    double[][] rows = {
      {.4082, .4082, .5774, 0, 0, .5774},
      {.4082, -.4082, .5774, 0, 0, -.5774},
      {.4082, .4082, -.2887, .5, -.5, -.2887}
    };
    int[] positions = {0, d3.indexOf(d3.element(1, 0)), d3.indexOf(d3.element(0, 1))};
    for (int i = 0; i < rows.length; i++) {
      assertThat(basis.extractVector(true, positions[i]).getDDRM().getData())
          .containsExactly(rows[i], Offset.offset(1e-4));
    }
  }

  @Example
  void directSumsAndBasesCarryNamesAndNonlinearities() {
    DihedralGroup d4 = new DihedralGroup(4);
    Representation sum = d4.regularRepresentation().plus(d4.irrep(1, 1));
    assertThat(sum.name()).isEqualTo("[regular]_[irrep_1,1]");
    assertThat(sum.supportedNonlinearities()).containsExactly("gated", "norm");
    Representation turned = sum.changeBasis(SimpleMatrix.identity(sum.size()), "same");
    assertThat(turned.supportedNonlinearities()).isEmpty();
    assertThat(turned.irreps()).isEqualTo(sum.irreps());
    assertThat(turned).isNotEqualTo(sum);
  }

  @Example
  void wrongDecompositionsAreRefused() {
    CyclicGroup c4 = new CyclicGroup(4);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Representation(
                    c4, "r", List.of(c4.irrep(1)), SimpleMatrix.identity(3), Set.of()))
        .withMessageContaining("3 x 3")
        .withMessageContaining("2 x 2");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Representation(c4, "r", List.of(c4.irrep(1)), new SimpleMatrix(2, 2), Set.of()))
        .withMessageContaining("singular");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Representation(
                    c4,
                    "r",
                    List.of(new CyclicGroup(8).irrep(1)),
                    SimpleMatrix.identity(2),
                    Set.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SO2(2).regularRepresentation())
        .withMessageContaining("infinitely many");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> c4.regularRepresentation().plus(new CyclicGroup(2).irrep(0)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Decomposition.ofMatrices(c4, "x", g -> SimpleMatrix.diag(2, 1), Set.of()));
  }
}
