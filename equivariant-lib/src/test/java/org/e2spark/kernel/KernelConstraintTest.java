package org.e2spark.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.e2spark.diffop.DiffopOptions;
import org.e2spark.diffop.SteerableDiffops;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.group.Symmetries;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.ejml.simple.SimpleMatrix;

/**
 * Kernels and symbols of operators satisfy {@code K(g x) = ρ_out(g) K(x) ρ_in(g)^-1} at random
 * points, integer points and the origin.
 */
class KernelConstraintTest {

  private static final int POINTS = 9;

  @Provide
  Arbitrary<Tuple.Tuple4<GSpace, Representation, Representation, Long>> cases() {
    Arbitrary<Double> axes = Arbitraries.doubles().between(-4, 4).ofScale(4);
    Arbitrary<Integer> rotations = Arbitraries.integers().between(2, 9);
    Arbitrary<GSpace> spaces =
        Arbitraries.oneOf(
            Arbitraries.just(new TrivialOnR2()),
            axes.map(Flip2dOnR2::new),
            rotations.map(Rot2dOnR2::new),
            Arbitraries.just(Rot2dOnR2.continuous(3)),
            Combinators.combine(rotations, axes).as(FlipRot2dOnR2::new),
            axes.map(axis -> new FlipRot2dOnR2(-1, 3, axis)));
    return spaces.flatMap(
        space -> {
          Arbitrary<Representation> representations =
              Symmetries.representations(space.fiberGroup()).filter(r -> r.size() <= 20);
          return Combinators.combine(representations, representations, Arbitraries.longs())
              .as((in, out, seed) -> Tuple.of(space, in, out, seed));
        });
  }

  @Property(tries = 250)
  void kernelsAreEquivariant(
      @ForAll("cases") Tuple.Tuple4<GSpace, Representation, Representation, Long> t) {
    Random random = new Random(t.get4());
    double cutoff = 1 + random.nextInt(3);
    KernelOptions.Builder options =
        KernelOptions.builder(7)
            .rings(0, 0.8, 2, 3)
            .sigma(0.7)
            .frequenciesCutoff(FrequencyCutoff.of(radius -> radius == 0 ? 0 : cutoff));
    if (random.nextBoolean()) {
      options.maximumOffset(random.nextInt(3));
    }
    KernelOptions built = options.build();
    check(
        t.get1(),
        t.get2(),
        t.get3(),
        random,
        grid -> SteerableBasis.sampleAt(t.get1(), t.get2(), t.get3(), built, grid));
  }

  @Property(tries = 150)
  void symbolsOfOperatorsAreEquivariant(
      @ForAll("cases") Tuple.Tuple4<GSpace, Representation, Representation, Long> t) {
    Random random = new Random(t.get4());
    DiffopOptions options = DiffopOptions.builder().maximumOrder(1 + random.nextInt(4)).build();
    check(
        t.get1(),
        t.get2(),
        t.get3(),
        random,
        grid -> SteerableDiffops.symbolsAt(t.get1(), t.get2(), t.get3(), options, grid));
  }

  private interface Sampler {
    SampledBasis sample(PixelGrid grid);
  }

  private static void check(
      GSpace space, Representation in, Representation out, Random random, Sampler sampler) {
    List<GroupElement> elements = space.fiberGroup().testingElements();
    List<double[]> points = new ArrayList<>();
    points.add(new double[] {0, 0});
    for (int i = 1; i < POINTS; i++) {
      points.add(
          i % 2 == 0
              ? new double[] {random.nextInt(5) - 2, random.nextInt(5) - 2}
              : new double[] {3 * random.nextGaussian(), 3 * random.nextGaussian()});
    }
    double[] x = new double[POINTS * elements.size()];
    double[] y = new double[x.length];
    for (int g = 0; g < elements.size(); g++) {
      GroupElement action = space.baseSpaceAction(elements.get(g));
      for (int p = 0; p < POINTS; p++) {
        double mirrored = action.reflection() == 1 ? -points.get(p)[1] : points.get(p)[1];
        x[g * POINTS + p] =
            Math.cos(action.angle()) * points.get(p)[0] - Math.sin(action.angle()) * mirrored;
        y[g * POINTS + p] =
            Math.sin(action.angle()) * points.get(p)[0] + Math.cos(action.angle()) * mirrored;
      }
    }
    SampledBasis basis = nonEmpty(() -> sampler.sample(PixelGrid.of(x, y)));
    float[] dense = basis.dense();
    double[] energy = new double[basis.dimension()];
    for (int b = 0; b < basis.dimension(); b++) {
      for (int g = 0; g < elements.size(); g++) {
        SimpleMatrix left = out.at(elements.get(g));
        SimpleMatrix right = in.at(space.fiberGroup().inverse(elements.get(g)));
        for (int p = 0; p < POINTS; p++) {
          SimpleMatrix moved = at(basis, dense, b, g * POINTS + p);
          SimpleMatrix expected = left.mult(at(basis, dense, b, p)).mult(right);
          double scale = Math.max(1e-3, expected.elementMaxAbs());
          assertThat(moved.minus(expected).elementMaxAbs())
              .as("%s at %s", basis.elements().get(b).id(), elements.get(g))
              .isLessThanOrEqualTo(1e-5 * scale);
          energy[b] += moved.elementSum() * moved.elementSum() + moved.normF();
        }
      }
      assertThat(energy[b]).isFinite().isPositive();
    }
  }

  /**
   * Draws another case if this one has no kernel; should nearly all have none, the property fails.
   */
  private static SampledBasis nonEmpty(Supplier<SampledBasis> sampled) {
    SampledBasis basis = null;
    try {
      basis = sampled.get();
    } catch (EmptyBasisException empty) {
      Assume.that(false);
    }
    return basis;
  }

  private static SimpleMatrix at(SampledBasis basis, float[] dense, int element, int point) {
    int rows = basis.out().size();
    int columns = basis.in().size();
    SimpleMatrix matrix = new SimpleMatrix(rows, columns);
    for (int i = 0; i < rows * columns; i++) {
      matrix.set(i, dense[(element * rows * columns + i) * basis.points() + point]);
    }
    return matrix;
  }
}
