package org.e2spark.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.data.Offset;
import org.e2spark.CapturedLog;
import org.e2spark.group.Representation;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each option of a kernel does to its basis. */
class KernelOptionsTest {

  private static final Rot2dOnR2 C4 = new Rot2dOnR2(4);

  /** What an element stands for, whatever the others are. */
  private record Harmonic(
      int in, int out, double radius, int frequency, double gamma, OptionalInt s) {

    static Harmonic of(BasisElement e) {
      return new Harmonic(
          e.inPosition(), e.outPosition(), Rings.radius(e), e.frequency(), e.gamma(), e.s());
    }
  }

  static Stream<GSpace> spaces() {
    return Stream.of(
        new TrivialOnR2(),
        new Flip2dOnR2(0.4),
        C4,
        new Rot2dOnR2(5),
        new FlipRot2dOnR2(3, 0.3),
        new FlipRot2dOnR2(8),
        Rot2dOnR2.continuous(4),
        FlipRot2dOnR2.continuous(4));
  }

  private static SampledBasis basis(GSpace space, KernelOptions.Builder options) {
    Representation all = Representation.directSum(List.copyOf(space.fiberGroup().irreps()), "all");
    return SteerableBasis.sample(space, all, all, options.build());
  }

  private static List<Harmonic> harmonics(SampledBasis basis, Predicate<BasisElement> kept) {
    return basis.elements().stream().filter(kept).map(Harmonic::of).toList();
  }

  /** A policy keeps exactly the frequencies up to its limit of a basis without limits. */
  @ParameterizedTest
  @MethodSource("spaces")
  void cutoffsLimitTheFrequencyOfEachRing(GSpace space) {
    List<FrequencyCutoff> cutoffs =
        List.of(
            FrequencyCutoff.of(-1),
            FrequencyCutoff.of(-2),
            FrequencyCutoff.of(-3),
            FrequencyCutoff.of(0.8),
            FrequencyCutoff.of(Math.PI),
            FrequencyCutoff.of(radius -> radius == 0 ? 0 : 4 - radius));
    for (int size : new int[] {3, 4, 5}) {
      SampledBasis unlimited =
          basis(space, KernelOptions.builder(size).frequenciesCutoff(FrequencyCutoff.of(r -> 7)));
      for (FrequencyCutoff cutoff : cutoffs) {
        SampledBasis limited = basis(space, KernelOptions.builder(size).frequenciesCutoff(cutoff));
        assertThat(harmonics(limited, e -> true))
            .as("%s of %d", cutoff, size)
            .containsExactlyInAnyOrderElementsOf(
                harmonics(
                    unlimited,
                    e -> Math.abs(e.frequency()) <= cutoff.at(Rings.radius(e), size / 2)));
      }
    }
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
  @MethodSource("spaces")
  void anOffsetLimitsTheDistanceFromTheLowestFrequency(GSpace space) {
    KernelOptions.Builder options = KernelOptions.builder(7).frequenciesCutoff(3);
    SampledBasis all = basis(space, options);
    for (int offset = 0; offset < 3; offset++) {
      int most = offset;
      assertThat(harmonics(basis(space, options.maximumOffset(offset)), e -> true))
          .isEqualTo(harmonics(all, e -> Math.abs(e.offset()) <= most))
          .isNotEmpty();
    }
  }

  @Test
  void sigmaIsTheWidthOfTheRings() {
    assertThat(sigmas(KernelOptions.builder(5))).containsExactly(0.005, 0.6, 0.4);
    assertThat(sigmas(KernelOptions.builder(5).sigma(0.5))).containsExactly(0.5, 0.5, 0.5);
    assertThat(sigmas(KernelOptions.builder(5).sigmas(0.1, 0.7, 0.3)))
        .containsExactly(0.1, 0.7, 0.3);
    for (double sigma : new double[] {0.3, 0.6, 1.1}) {
      KernelOptions.Builder options = KernelOptions.builder(3).rings(1).sigma(sigma);
      float[] isotropic =
          SteerableBasis.sample(C4, C4.trivial(), C4.trivial(), options.build()).dense();
      double corner = (Math.sqrt(2) - 1) / sigma;
      assertThat(isotropic[0] / isotropic[1])
          .isCloseTo((float) Math.exp(-corner * corner / 2), Offset.offset(1e-6f));
      assertThat(isotropic[4] / isotropic[1])
          .isCloseTo((float) Math.exp(-0.5 / (sigma * sigma)), Offset.offset(1e-6f));
    }
  }

  private static double[] sigmas(KernelOptions.Builder options) {
    return SteerableBasis.sample(C4, C4.trivial(), C4.trivial(), options.build())
        .elements()
        .stream()
        .filter(e -> e.frequency() == 0)
        .mapToDouble(Rings::sigma)
        .toArray();
  }

  @Test
  void ringsAreWhereKernelsAreLargest() {
    KernelOptions.Builder options =
        KernelOptions.builder(7).rings(0.5, 1.2, 3).sigma(0.4).frequenciesCutoff(1);
    SampledBasis basis = SteerableBasis.sample(C4, C4.trivial(), C4.trivial(), options.build());
    assertThat(basis.elements().stream().map(Rings::radius).distinct())
        .containsExactly(0.5, 1.2, 3.0);
    double[] x = {0, 0.5, 1.2, 2, 3};
    SampledBasis along =
        SteerableBasis.sampleAt(
            C4, C4.trivial(), C4.trivial(), options.build(), PixelGrid.of(x, new double[5]));
    float[] dense = along.dense();
    for (int b = 0; b < along.dimension(); b++) {
      BasisElement element = along.elements().get(b);
      int largest = 0;
      for (int p = 1; p < x.length; p++) {
        largest = Math.abs(dense[5 * b + p]) > Math.abs(dense[5 * b + largest]) ? p : largest;
      }
      assertThat(x[largest]).isEqualTo(Rings.radius(element));
    }
  }

  /** The default policy of the reference leaves nothing to rings between 0 and 1. */
  @Test
  void theLogSaysThatARingIsUseless() throws Exception {
    assertThat(
            CapturedLog.linesOf("WARN", () -> KernelOptions.builder(5).rings(0, 0.5, 1.5).build()))
        .singleElement()
        .asString()
        .contains(
            "Ring 0.5 of a 5 x 5 kernel has no basis, as its highest frequency would be -0.5");
    assertThat(
            CapturedLog.linesOf(
                "WARN",
                () -> KernelOptions.builder(5).rings(0, 0.5, 1.5).frequenciesCutoff(2).build()))
        .isEmpty();
    assertEmpty(C4, 0, 0, KernelOptions.builder(2).rings(0.5))
        .hasMessageContaining("highest frequencies [-0.5] (rings=[0.7071067811865476]")
        .hasMessageContaining("frequenciesCutoff=0.0");
  }

  /** Pixels, rings and widths twice as far apart make the same kernel. */
  @ParameterizedTest
  @MethodSource("spaces")
  void dilationIsAScale(GSpace space) {
    for (int dilation = 2; dilation <= 3; dilation++) {
      double scale = dilation;
      SampledBasis near =
          basis(
              space,
              KernelOptions.builder(5)
                  .rings(0, 1, 2)
                  .sigma(0.5)
                  .frequenciesCutoff(FrequencyCutoff.of(r -> 2 * r)));
      SampledBasis far =
          basis(
              space,
              KernelOptions.builder(5)
                  .dilation(dilation)
                  .rings(0, scale, 2 * scale)
                  .sigma(0.5 * scale)
                  .frequenciesCutoff(FrequencyCutoff.of(r -> 2 * r / scale)));
      float[] expected = near.dense();
      float[] actual = far.dense();
      double worst =
          IntStream.range(0, expected.length)
              .mapToDouble(i -> Math.abs(expected[i] - actual[i]))
              .max()
              .orElseThrow();
      assertThat(actual).hasSameSizeAs(expected);
      assertThat(worst).isLessThan(1e-6);
    }
    assertThat(
            SteerableBasis.sample(
                    C4, C4.trivial(), C4.trivial(), KernelOptions.builder(5).dilation(2).build())
                .elements()
                .stream()
                .map(Rings::radius)
                .distinct())
        .containsExactly(0.0, 2.0, 4.0);
  }

  @Test
  void aTwoByTwoKernelHasARingThroughItsPixels() {
    for (GSpace space : List.of(new TrivialOnR2(), C4, new FlipRot2dOnR2(4))) {
      SampledBasis basis =
          SteerableBasis.sample(space, space.trivial(), space.regular(), KernelOptions.ofSize(2));
      assertThat(basis.dimension()).isEqualTo(4);
      assertThat(Rings.radius(basis.elements().get(0))).isEqualTo(Math.sqrt(0.5));
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
  void theLogSaysThatATwoByTwoKernelHasARingOfItsOwn() throws Exception {
    assertThat(CapturedLog.linesOf("INFO", () -> KernelOptions.builder(2).dilation(2).build()))
        .singleElement()
        .asString()
        .contains("A 2 x 2 kernel has no pixel at its centre")
        .contains("rings=[1.414");
    assertThat(
            CapturedLog.linesOf(
                "INFO",
                () -> {
                  KernelOptions.builder(2).rings(0.5).build();
                  KernelOptions.ofSize(4);
                }))
        .isEmpty();
  }

  @Test
  void evenKernelsWithPixelsOnTheirRingsStayCompatible() {
    SampledBasis basis =
        SteerableBasis.sample(C4, C4.trivial(), C4.trivial(), KernelOptions.ofSize(4));
    assertThat(basis.elements()).allMatch(e -> Rings.radius(e) == 1);
  }

  @Test
  void emptyBasesAreAnErrorThatSaysWhatToChange() {
    assertEmpty(C4, 0, 0, KernelOptions.builder(2).rings(0))
        .hasMessageContaining("Kernel size 2 leaves no basis from irrep_0 to irrep_0 for C4")
        .hasMessageContaining("(smallest: 3 or rings=[0.7071067811865476])");
    assertEmpty(C4, 0, 0, KernelOptions.builder(4).rings(0))
        .hasMessageContaining("(smallest: 5 or rings=[0.0, 1.0])");
    Rot2dOnR2 so2 = Rot2dOnR2.continuous(3);
    assertEmpty(so2, 0, 3, KernelOptions.builder(3))
        .hasMessageContaining("rings=[0.0, 1.0], highest frequencies [0.0, 2.0]")
        .hasMessageContaining("(smallest: 6 or frequenciesCutoff=3.0)");
    assertEmpty(so2, 0, 1, KernelOptions.builder(5).basisFilter(element -> false))
        .hasMessageContaining("(no basis filter)");
    assertEmpty(so2, 0, 1, KernelOptions.builder(5).rings(1, 2).sigma(1e-3).frequenciesCutoff(0))
        .hasMessageContaining("(frequenciesCutoff=0.5)");
    assertEmpty(so2, 0, 1, KernelOptions.builder(5).rings(1.2, 1.7).sigma(1e-3))
        .hasMessageContaining("the default sigma");
  }

  @Test
  void whereNoKernelExistsNoOtherSizeIsAdvised() {
    FlipRot2dOnR2 o2 = FlipRot2dOnR2.continuous(2);
    assertThatThrownBy(
            () ->
                SteerableBasis.sample(o2, o2.irrep(0, 0), o2.irrep(1, 0), KernelOptions.ofSize(5)))
        .isInstanceOf(EmptyBasisException.class)
        .hasMessageContaining("Kernel size 5 leaves no basis from irrep_0,0 to irrep_1,0 for O(2)")
        .hasMessageContaining("no kernel of any size connects them");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertEmpty(
      GSpace space, int in, int out, KernelOptions.Builder options) {
    return assertThatThrownBy(
            () -> SteerableBasis.sample(space, space.irrep(in), space.irrep(out), options.build()))
        .isInstanceOf(EmptyBasisException.class);
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
