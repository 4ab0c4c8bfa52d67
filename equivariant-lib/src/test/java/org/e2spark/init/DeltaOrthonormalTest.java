package org.e2spark.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.e2spark.kernel.Rings;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.convolution.R2Conv;
import org.junit.jupiter.api.Test;

class DeltaOrthonormalTest {

  private static final List<GSpace> SPACES =
      List.of(
          new TrivialOnR2(),
          new Flip2dOnR2(0.4),
          new Rot2dOnR2(4),
          new Rot2dOnR2(7),
          new FlipRot2dOnR2(4, 0.3),
          new FlipRot2dOnR2(5));

  /** The centre maps orthonormally into as many or more fields, and all else is zero. */
  @Property(tries = 40)
  void theFilterIsAnOrthonormalMapAtItsCentre(
      @ForAll @IntRange(max = 5) int space,
      @ForAll @IntRange(min = 1, max = 5) int inputs,
      @ForAll @IntRange(max = 3) int more,
      @ForAll long seed) {
    GSpace gspace = SPACES.get(space);
    FieldType in = FieldType.of(gspace, gspace.regular(), inputs);
    FieldType out = FieldType.of(gspace, gspace.regular(), inputs + more);
    float[] filter = filter(in, out, seed);
    int points = 25;
    for (int i = 0; i < filter.length; i++) {
      if (i % points != points / 2) {
        assertThat(filter[i]).isCloseTo(0, offset(1e-7f));
      }
    }
    for (int a = 0; a < in.size(); a++) {
      for (int b = 0; b < in.size(); b++) {
        double product = 0;
        for (int o = 0; o < out.size(); o++) {
          product +=
              (double) filter[(o * in.size() + a) * points + points / 2]
                  * filter[(o * in.size() + b) * points + points / 2];
        }
        assertThat(product).isCloseTo(a == b ? 1 : 0, offset(5e-7));
      }
    }
  }

  private static float[] filter(FieldType in, FieldType out, long seed) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        R2Conv conv =
            R2Conv.builder(in, out)
                .kernelSize(5)
                .initialization(WeightInit.DELTA_ORTHONORMAL)
                .build()) {
      Networks.initialize(conv, manager, new Shape(1, in.size(), 9, 9), seed);
      return conv.expandFilter(manager).toFloatArray();
    }
  }

  @Test
  void rowsAreOrthonormalUpToRounding() {
    double[][] rows = DeltaOrthonormal.orthonormalRows(203, 203, new SplittableRandom(1));
    for (int a = 0; a < rows.length; a++) {
      for (int b = 0; b <= a; b++) {
        double product = 0;
        for (int i = 0; i < rows.length; i++) {
          product += rows[a][i] * rows[b][i];
        }
        assertThat(product).isCloseTo(a == b ? 1 : 0, offset(1e-11));
      }
    }
  }

  @Test
  void unequalPairsAreNamed() {
    GSpace space = new Rot2dOnR2(4);
    FieldType in = FieldType.of(space, space.regular(), space.irrep(1));
    try (R2Conv layer =
        R2Conv.builder(in, FieldType.of(space, space.regular(), 2))
            .kernelSize(3)
            .basis(
                basis ->
                    basis.basisFilter(
                        element ->
                            Rings.radius(element) > 0
                                || element.inPosition() == 0
                                || element.gamma() == 0))
            .build()) {
      assertThatThrownBy(
              () -> new DeltaOrthonormal().draw(layer.weightBlocks(), new SplittableRandom(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("irrep_1")
          .hasMessageContaining("generalised He");
    }
  }
}
