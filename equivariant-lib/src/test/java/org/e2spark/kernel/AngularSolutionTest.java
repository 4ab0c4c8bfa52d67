package org.e2spark.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.O2;
import org.e2spark.group.Representation;
import org.e2spark.group.Symmetries;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.Spaces;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class AngularSolutionTest {

  /**
   * Between two-dimensional irreps the harmonics are the irreps' own matrices: rotations, or
   * rotations after a reflection.
   */
  @Property(tries = 200)
  void harmonicsAreTheMatricesOfIrreps(
      @ForAll @IntRange(min = 1, max = 5) int in,
      @ForAll @IntRange(min = 1, max = 5) int out,
      @ForAll @DoubleRange(min = -3, max = 3) double angle) {
    FlipRot2dOnR2 space = FlipRot2dOnR2.continuous(5);
    O2 group = new O2(10);
    for (AngularSolution solution :
        AngularSolution.of(space, space.irrep(1, in), space.irrep(1, out), 10, null)) {
      double[] sampled = new double[4];
      solution.sample(angle, 1, 2, 2, sampled, 0, 1);
      Irrep irrep =
          Math.abs(solution.frequency()) == 0
              ? null
              : group.irrep(1, Math.abs(solution.frequency()));
      double turned = Math.signum(solution.frequency()) * angle;
      double[] expected =
          irrep == null
              ? new double[] {1, 0, 0, solution.s().getAsInt() == 1 ? -1 : 1}
              : irrep.at(new GroupElement(solution.s().getAsInt(), turned)).getDDRM().getData();
      assertThat(sampled).containsExactly(expected, Offset.offset(1e-12));
    }
  }

  @Provide
  Arbitrary<Tuple.Tuple3<GSpace, Irrep, Irrep>> pairs() {
    return Spaces.any()
        .flatMap(
            space -> {
              Arbitrary<Irrep> irreps = Arbitraries.of(space.fiberGroup().irreps());
              return Combinators.combine(irreps, irreps).as((in, out) -> Tuple.of(space, in, out));
            });
  }

  /** In double precision: {@code K(g φ) = ρ_out(g) K(φ) ρ_in(g)^-1} between any two irreps. */
  @Property(tries = 300)
  void solutionsAreEquivariant(
      @ForAll("pairs") Tuple.Tuple3<GSpace, Irrep, Irrep> t,
      @ForAll @DoubleRange(min = -3, max = 3) double angle) {
    GSpace space = t.get1();
    Irrep in = t.get2();
    Irrep out = t.get3();
    double axis = AngularSolution.axis(space);
    for (AngularSolution solution : AngularSolution.of(space, in, out, 12, null)) {
      SimpleMatrix kernel = matrix(solution, in, out, angle - axis);
      assertThat(kernel.normF()).isFinite();
      assertThat(kernel.normF() + matrix(solution, in, out, angle - axis + 0.1).normF())
          .isPositive();
      for (GroupElement g : space.fiberGroup().testingElements()) {
        GroupElement action = space.baseSpaceAction(g);
        double moved = action.angle() + (action.reflection() == 1 ? -angle : angle);
        SimpleMatrix expected = out.at(g).mult(kernel).mult(in.at(space.fiberGroup().inverse(g)));
        Symmetries.assertClose(matrix(solution, in, out, moved - axis), expected);
      }
    }
  }

  /**
   * In double precision, for representations: {@code Q_out F Q_in^-1} with any solutions in the
   * blocks of {@code F}, for sums of irreps and of the regular representation in random bases.
   */
  @Property(tries = 100)
  void kernelsBetweenRepresentationsAreEquivariant(
      @ForAll("spaces") GSpace space,
      @ForAll @DoubleRange(min = -3, max = 3) double angle,
      @ForAll long seed) {
    var random = new Random(seed);
    Representation in = randomRepresentation(space, random);
    Representation out = randomRepresentation(space, random);
    long blocks = random.nextLong();
    double axis = AngularSolution.axis(space);
    SimpleMatrix kernel = kernel(space, in, out, angle - axis, blocks);
    for (GroupElement g : space.fiberGroup().testingElements()) {
      GroupElement action = space.baseSpaceAction(g);
      double moved = action.angle() + (action.reflection() == 1 ? -angle : angle);
      SimpleMatrix expected = out.at(g).mult(kernel).mult(in.at(space.fiberGroup().inverse(g)));
      Symmetries.assertClose(kernel(space, in, out, moved - axis, blocks), expected);
    }
  }

  @Provide
  Arbitrary<GSpace> spaces() {
    return Spaces.any();
  }

  private static Representation randomRepresentation(GSpace space, Random random) {
    List<Representation> parts = new ArrayList<>();
    List<Irrep> irreps = space.fiberGroup().irreps();
    for (int i = 0; i < 3; i++) {
      parts.add(irreps.get(random.nextInt(irreps.size())));
    }
    if (!space.fiberGroup().isContinuous()) {
      parts.add(space.regular());
    }
    Representation sum = Representation.directSum(parts, "sum");
    return sum.changeBasis(
        SimpleMatrix.wrap(RandomMatrices_DDRM.orthogonal(sum.size(), sum.size(), random)),
        "turned");
  }

  /** A kernel at one angle; the same seed gives the same mixture of solutions at all angles. */
  private static SimpleMatrix kernel(
      GSpace space, Representation in, Representation out, double angle, long seed) {
    var random = new Random(seed);
    SimpleMatrix blocks = new SimpleMatrix(out.size(), in.size());
    int column = 0;
    for (Irrep from : in.irreps()) {
      int row = 0;
      for (Irrep to : out.irreps()) {
        SimpleMatrix block = new SimpleMatrix(to.size(), from.size());
        for (AngularSolution solution : AngularSolution.of(space, from, to, 6, null)) {
          block = block.plus(random.nextGaussian(), matrix(solution, from, to, angle));
        }
        blocks.insertIntoThis(row, column, block);
        row += to.size();
      }
      column += from.size();
    }
    return out.changeOfBasis().mult(blocks).mult(in.changeOfBasisInverse());
  }

  private static SimpleMatrix matrix(AngularSolution solution, Irrep in, Irrep out, double angle) {
    SimpleMatrix matrix = new SimpleMatrix(out.size(), in.size());
    solution.sample(angle, 1, out.size(), in.size(), matrix.getDDRM().getData(), 0, 1);
    return matrix;
  }

  @Test
  void frequenciesRepeatWithTheOrderOfTheGroup() {
    Rot2dOnR2 c4 = new Rot2dOnR2(4);
    List<AngularSolution> scalars = AngularSolution.of(c4, c4.irrep(0), c4.irrep(0), 9, null);
    assertThat(scalars.stream().map(AngularSolution::frequency)).containsExactly(0, 4, 8, 4, 8);
    List<AngularSolution> pair = AngularSolution.of(c4, c4.irrep(1), c4.irrep(1), 4, null);
    assertThat(pair.stream().map(AngularSolution::frequency))
        .containsExactly(-4, 0, 4, -2, 2, -4, 0, 4, -2, 2);
    assertThat(
            AngularSolution.of(c4, c4.irrep(1), c4.irrep(1), 4, 0).stream()
                .map(AngularSolution::frequency))
        .containsExactly(0, 2, 0, 2);
  }

  @Test
  void continuousGroupsHaveOneFrequencyAPair() {
    Rot2dOnR2 so2 = Rot2dOnR2.continuous(3);
    assertThat(
            AngularSolution.of(so2, so2.irrep(3), so2.irrep(0), 0, null).stream()
                .map(AngularSolution::frequency))
        .containsExactly(3, 3);
    FlipRot2dOnR2 o2 = FlipRot2dOnR2.continuous(3);
    assertThat(AngularSolution.of(o2, o2.irrep(0, 0), o2.irrep(1, 0), 5, null)).isEmpty();
  }
}
