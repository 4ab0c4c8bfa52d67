package org.e2spark.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
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
import org.junit.jupiter.params.provider.CsvSource;
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
              new double[] {e.inPosition(), e.outPosition(), e.radius(), e.frequency(), e.gamma()})
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
  void kernelsAreNormalisedToTheirOutputIrrep() {
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

  @Test
  void aBasisFilterChoosesElements() {
    Rot2dOnR2 so2 = Rot2dOnR2.continuous(3);
    KernelOptions.Builder options = KernelOptions.builder(5).frequenciesCutoff(3);
    SampledBasis all = SteerableBasis.sample(so2, so2.irrep(1), so2.irrep(2), options.build());
    SampledBasis complex =
        SteerableBasis.sample(
            so2,
            so2.irrep(1),
            so2.irrep(2),
            options.basisFilter(element -> element.s().equals(OptionalInt.of(0))).build());
    assertThat(complex.elements())
        .isEqualTo(all.elements().stream().filter(e -> e.s().getAsInt() == 0).toList());
    SampledBasis positioned =
        SteerableBasis.sample(
            C4,
            C4.regular(),
            C4.regular(),
            KernelOptions.builder(3).basisFilter(e -> e.inPosition() == e.outPosition()).build());
    assertThat(positioned.elements()).allMatch(e -> e.inPosition() == e.outPosition()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 9, '0 2 3 6 2'",
    "-2, 9, '0 2 3 6 1'",
    "-3, 9, '0 2 2 2 1'",
    "-1, 7, '0 2 3 2'",
    "-1, 5, '0 2 2'",
    "-1, 3, '0 2'",
    "-2, 3, '0 1'",
    "1.5, 5, '0 1.5 3'"
  })
  void cutoffPolicies(double value, int kernelSize, String expected) {
    double[] rings = IntStream.rangeClosed(0, kernelSize / 2).asDoubleStream().toArray();
    double[] cutoffs =
        Arrays.stream(rings)
            .map(r -> FrequencyCutoff.of(value).at(r, Math.floor(kernelSize / 2.0)))
            .toArray();
    assertThat(cutoffs)
        .containsExactly(
            Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble).toArray());
  }

  @Test
  void aTwoByTwoKernelHasARingThroughItsPixels() {
    for (GSpace space : List.of(new TrivialOnR2(), C4, new FlipRot2dOnR2(4))) {
      SampledBasis basis =
          SteerableBasis.sample(space, space.trivial(), space.regular(), KernelOptions.ofSize(2));
      assertThat(basis.dimension()).isEqualTo(4);
      assertThat(basis.elements().get(0).radius()).isEqualTo(Math.sqrt(0.5));
      SampledBasis dilated =
          SteerableBasis.sample(
              space,
              space.trivial(),
              space.regular(),
              KernelOptions.builder(2).dilation(3).build());
      assertThat(dilated.dimension()).isEqualTo(4);
    }
  }

  @Test
  void evenKernelsWithPixelsOnTheirRingsStayCompatible() {
    SampledBasis basis =
        SteerableBasis.sample(C4, C4.trivial(), C4.trivial(), KernelOptions.ofSize(4));
    assertThat(basis.elements()).allMatch(e -> e.radius() == 1);
  }

  @Test
  void emptyBasesAreAnErrorThatSaysWhatToChange() {
    FlipRot2dOnR2 o2 = FlipRot2dOnR2.continuous(2);
    assertThatThrownBy(
            () ->
                SteerableBasis.sample(o2, o2.irrep(0, 0), o2.irrep(1, 0), KernelOptions.ofSize(5)))
        .isInstanceOf(EmptyBasisException.class)
        .hasMessageContaining("Kernel size 5 leaves no basis from irrep_0,0 to irrep_1,0")
        .hasMessageContaining("enlarge the kernel");
  }

  @Test
  void wrongOptionsNameValueAndLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelOptions.ofSize(0))
        .withMessageContaining("at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelOptions.builder(3).dilation(0).build())
        .withMessageContaining("dilation");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelOptions.builder(3).rings(2).build())
        .withMessageContaining("1.41");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelOptions.builder(3).sigma(0).build())
        .withMessageContaining("positive");
    assertThatIllegalArgumentException().isThrownBy(() -> FrequencyCutoff.of(-4));
    KernelOptions sigmas = KernelOptions.builder(5).sigmas(0.5, 0.5).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SteerableBasis.sample(C4, C4.trivial(), C4.trivial(), sigmas))
        .withMessageContaining("2 for 3 rings");
    Rot2dOnR2 c8 = new Rot2dOnR2(8);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SteerableBasis.sample(C4, C4.trivial(), c8.trivial(), KernelOptions.ofSize(3)))
        .withMessageContaining("not of C4");
  }
}
