package org.e2spark.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.group.Symmetries;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampledBasisTest {

  private static final Rot2dOnR2 C4 = new Rot2dOnR2(4);

  static Stream<GSpace> finiteSpaces() {
    return Stream.of(
        new TrivialOnR2(),
        new Flip2dOnR2(),
        new Flip2dOnR2(0.4),
        C4,
        new Rot2dOnR2(5),
        new Rot2dOnR2(8),
        new Rot2dOnR2(16),
        new FlipRot2dOnR2(4),
        new FlipRot2dOnR2(5, 0.3),
        new FlipRot2dOnR2(8),
        new FlipRot2dOnR2(16));
  }

  @ParameterizedTest
  @MethodSource("finiteSpaces")
  void dimensionsAreThoseOfScalarsTimesTheOrder(GSpace space) {
    int[] sizes = {1, 3, 4, 5, 7, 9};
    int[] scalars = {1, 6, 5, 11, 18, 31};
    for (int i = 0; i < sizes.length; i++) {
      KernelOptions options = KernelOptions.ofSize(sizes[i]);
      assertThat(
              SteerableBasis.sample(space, space.regular(), space.regular(), options).dimension())
          .isEqualTo(space.fiberGroup().order() * scalars[i]);
      assertThat(
              SteerableBasis.sample(space, space.trivial(), space.regular(), options).dimension())
          .isEqualTo(scalars[i]);
      assertThat(
              SteerableBasis.sample(space, space.regular(), space.trivial(), options).dimension())
          .isEqualTo(scalars[i]);
    }
  }

  @Test
  void elementsComeInTheOrderOfSavedWeights() {
    SampledBasis basis =
        SteerableBasis.sample(C4, C4.trivial(), C4.regular(), KernelOptions.ofSize(3));
    double quarter = Math.PI / 2;
    double[][] expected = {
      {0, 0, 0, 0, 0},
      {0, 0, 1, 0, 0},
      {0, 1, 1, 1, 0},
      {0, 1, 1, 1, quarter},
      {0, 2, 1, 2, 0},
      {0, 2, 1, 2, quarter}
    };
    for (int b = 0; b < expected.length; b++) {
      BasisElement e = basis.elements().get(b);
      assertThat(
              new double[] {
                e.inPosition(), e.outPosition(), Rings.radius(e), e.frequency(), e.gamma()
              })
          .containsExactly(expected[b]);
    }
    assertThat(basis.elements().stream().map(BasisElement::id))
        .containsExactly(
            "(irrep_0-0,irrep_0-0)_(0.0/0)_0",
            "(irrep_0-0,irrep_0-0)_(1.0/0)_0",
            "(irrep_0-0,irrep_1-1)_(1.0/1)_0",
            "(irrep_0-0,irrep_1-1)_(1.0/1)_1",
            "(irrep_0-0,irrep_2-2)_(1.0/2)_0",
            "(irrep_0-0,irrep_2-2)_(1.0/2)_1");
  }

  @Test
  void filtersOfTheReference() {
    double[][] c4 = {
      {.0503, -.2545, -.1426, .0387, .0519, .2976, -.1069, .0908, .3002},
      {-.1426, .2976, .3002, -.2545, .0519, .0908, .0503, .0387, -.1069},
      {.3002, .0908, -.1069, .2976, .0519, .0387, -.1426, -.2545, .0503},
      {-.1069, .0387, .0503, .0908, .0519, -.2545, .3002, .2976, -.1426}
    };
    double[] filter = filter(C4, C4.trivial(), 6);
    for (int o = 0; o < 4; o++) {
      assertThat(Arrays.copyOfRange(filter, 9 * o, 9 * o + 9))
          .containsExactly(c4[o], Offset.offset(5.1e-5));
    }
    FlipRot2dOnR2 d4 = new FlipRot2dOnR2(4);
    assertThat(Arrays.copyOf(filter(d4, d4.trivial(), 6), 9))
        .containsExactly(
            new double[] {.0178, .2281, .0936, .0465, .0367, -.1976, .1189, .0450, -.1589},
            Offset.offset(5.1e-5));
    double[] square = filter(C4, C4.regular(), 24);
    assertThat(Arrays.copyOf(square, 9))
        .containsExactly(
            new double[] {.4887, .1064, .5668, .4729, .2501, 2.5358, -.6731, -.8282, .9554},
            Offset.offset(5.1e-5));
    assertThat(Arrays.stream(square).sum()).isCloseTo(5.909305, Offset.offset(2e-5));
    assertThat(Arrays.stream(square).map(v -> v * v).sum())
        .isCloseTo(81.890472, Offset.offset(2e-4));
  }

  private static double[] filter(GSpace space, Representation in, int weights) {
    FilterExpansion expansion =
        new FilterExpansion(
            List.of(in),
            List.of(space.regular()),
            9,
            (i, o) -> SteerableBasis.sample(space, i, o, KernelOptions.ofSize(3)));
    return expansion.filter(
        IntStream.rangeClosed(1, weights).mapToDouble(b -> 0.1 * b).toArray(), true);
  }

  @Test
  void kernelsAreNormalizedToTheirOutputIrrep() {
    FlipRot2dOnR2 space = new FlipRot2dOnR2(3, 0.2);
    Representation in =
        space.regular().changeBasis(Symmetries.randomMatrix(6, new Random(1), false), "skewed");
    Representation out = space.quotient(SubgroupId.dihedral(0, 1)).plus(space.irrep(1, 1));
    SampledBasis basis = SteerableBasis.sample(space, in, out, KernelOptions.ofSize(5));
    float[] dense = basis.dense();
    int length = dense.length / basis.dimension();
    for (int b = 0; b < basis.dimension(); b++) {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += (double) dense[b * length + i] * dense[b * length + i];
      }
      assertThat(sum).isCloseTo(basis.elements().get(b).outIrrep().size(), Offset.offset(1e-5));
    }
  }

  @Test
  void everyWeightHasOnePlaceAndEveryIdIsUnique() {
    for (GSpace space : finiteSpaces().toList()) {
      SampledBasis basis =
          SteerableBasis.sample(space, space.regular(), space.regular(), KernelOptions.ofSize(5));
      int[] placed =
          basis.blocks().stream()
              .flatMap(block -> block.placements().stream())
              .flatMapToInt(place -> Arrays.stream(place.weights()))
              .sorted()
              .toArray();
      assertThat(placed).containsExactly(IntStream.range(0, basis.dimension()).toArray());
      assertThat(basis.elements().stream().map(BasisElement::id)).doesNotHaveDuplicates();
      int counted = Arrays.stream(basis.elementCounts()).flatMapToInt(Arrays::stream).sum();
      assertThat(counted).isEqualTo(basis.dimension());
      for (IrrepBlock block : basis.blocks()) {
        for (IrrepBlock.Placement place : block.placements()) {
          BasisElement first = basis.elements().get(place.weights()[0]);
          assertThat(first.inPosition()).isEqualTo(place.inPosition());
          assertThat(first.outPosition()).isEqualTo(place.outPosition());
        }
      }
    }
  }

  @Test
  void irrepSpaceNeedsNoTensorOfTheSquaredOrder() {
    FlipRot2dOnR2 d16 = new FlipRot2dOnR2(16);
    SampledBasis basis =
        SteerableBasis.sample(d16, d16.regular(), d16.regular(), KernelOptions.ofSize(7));
    long inIrrepSpace = basis.blocks().stream().mapToLong(block -> block.samples().length).sum();
    long dense = (long) basis.dimension() * 32 * 32 * 49;
    assertThat(inIrrepSpace * 100).isLessThan(dense);
  }

  @Test
  void basesAreCachedByContentAndAxis() {
    KernelOptions options = KernelOptions.ofSize(5);
    FlipRot2dOnR2 upright = new FlipRot2dOnR2(4);
    FlipRot2dOnR2 diagonal = new FlipRot2dOnR2(4, Math.PI / 4 + 0.1);
    SampledBasis first =
        SteerableBasis.sample(upright, upright.regular(), upright.regular(), options);
    SampledBasis other =
        SteerableBasis.sample(diagonal, diagonal.regular(), diagonal.regular(), options);
    assertThat(
            SteerableBasis.sample(
                new FlipRot2dOnR2(4),
                upright.regular(),
                upright.regular(),
                KernelOptions.ofSize(5)))
        .isSameAs(first);
    assertThat(other.dense()).isNotEqualTo(first.dense());
    Representation swapped =
        upright
            .regular()
            .changeBasis(
                Symmetries.randomMatrix(8, new Random(2), true),
                "regular",
                upright.regular().supportedNonlinearities());
    assertThat(SteerableBasis.sample(upright, swapped, upright.regular(), options))
        .isNotSameAs(first);
  }
}
