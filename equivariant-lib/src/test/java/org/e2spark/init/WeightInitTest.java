package org.e2spark.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.e2spark.group.Representation;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.torch.Ops;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WeightInitTest {

  static Stream<Arguments> heTypes() {
    GSpace c8 = new Rot2dOnR2(8);
    GSpace d4 = new FlipRot2dOnR2(4, 0.3);
    List<Representation> irreps = List.copyOf(c8.fiberGroup().irreps());
    Representation sum = Representation.directSum(irreps, "sum");
    return Stream.of(
        Arguments.of(FieldType.of(c8, c8.regular(), 2), FieldType.of(c8, c8.regular(), 2)),
        Arguments.of(FieldType.of(c8, sum, 2), FieldType.of(c8, sum, 3)),
        Arguments.of(
            FieldType.of(c8, c8.trivial(), c8.irrep(3), c8.regular(), c8.trivial()),
            FieldType.of(c8, c8.regular(), c8.irrep(1), c8.regular(), c8.irrep(4))),
        Arguments.of(
            FieldType.of(d4, d4.regular(), d4.trivial()),
            FieldType.of(d4, d4.irrep(1, 1), d4.regular(), d4.irrep(1, 0))));
  }

  /** Over many starts and images, every channel has mean 0 and standard deviation 1. */
  @ParameterizedTest
  @MethodSource("heTypes")
  void heKeepsTheVarianceOfEveryChannel(FieldType in, FieldType out) {
    R2Conv layer =
        R2Conv.builder(in, out)
            .kernelSize(7)
            .basis(basis -> basis.sigmas(0.01, 0.6, 0.6, 0.6).frequenciesCutoff(3))
            .noBias()
            .build();
    int draws = 1000;
    int batch = 10;
    int channels = out.size();
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    try (layer;
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Shape shape = new Shape(batch, in.size(), 7, 7);
      float[] noise = new float[(int) shape.size()];
      var random = new SplittableRandom(1);
      Networks.initialize(layer, manager, shape, 1);
      NDArray weights = StateDict.of(layer).get("weights").getArray();
      var chance = new SplittableRandom(7);
      for (int draw = 0; draw < draws; draw++) {
        for (int i = 0; i < noise.length; i++) {
          noise[i] = (float) random.nextGaussian();
        }
        weights.set(WeightInit.GENERALIZED_HE.draw(layer.weightBlocks(), chance));
        try (NDManager step = manager.newSubManager()) {
          NDArray x = step.create(noise, shape);
          float[] y = layer.forward(in.wrap(x)).array().toFloatArray();
          for (int i = 0; i < y.length; i++) {
            sum[i % channels] += y[i];
            squares[i % channels] += y[i] * y[i];
          }
        }
      }
    }
    int samples = draws * batch;
    double all = Arrays.stream(squares).sum() / samples / channels;
    assertThat(all).isCloseTo(1, Offset.offset(6e-2));
    for (int c = 0; c < channels; c++) {
      double mean = sum[c] / samples;
      double deviation = Math.sqrt(squares[c] / samples - mean * mean);
      assertThat(mean).as("mean of channel %d", c).isCloseTo(0, Offset.offset(5e-2));
      assertThat(deviation).as("deviation of channel %d", c).isCloseTo(1, Offset.offset(0.16));
    }
  }

  @Test
  void deltaOrthonormalFiltersAreOrthonormalAtTheCentreAndZeroElsewhere() {
    GSpace space = new FlipRot2dOnR2(4);
    for (int[] fields : new int[][] {{2, 3}, {3, 3}, {1, 1}}) {
      FieldType in = FieldType.of(space, space.regular(), fields[0]);
      FieldType out = FieldType.of(space, space.regular(), fields[1]);
      R2Conv layer =
          R2Conv.builder(in, out)
              .kernelSize(5)
              .noBias()
              .initialization(WeightInit.DELTA_ORTHONORMAL)
              .build();
      try (layer;
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        Networks.initialize(layer, manager, new Shape(1, in.size(), 9, 9), 3);
        NDArray filter = layer.expandFilter(manager);
        NDArray centre = filter.get(":, :, 2, 2");
        float[] product = Ops.matMul(manager, centre.transpose(), centre).toFloatArray();
        double scale = product[0];
        assertThat(scale).isGreaterThan(1e-3);
        for (int i = 0; i < product.length; i++) {
          double expected = i % (in.size() + 1) == 0 ? scale : 0;
          assertThat((double) product[i])
              .isCloseTo(expected, Offset.offset(5e-7 * Math.max(1, scale)));
        }
        float outside = filter.square().sum().getFloat() - centre.square().sum().getFloat();
        assertThat(Math.abs(outside)).isLessThan(1e-5f);
      }
    }
  }

  @Test
  void drawsFollowTheSeed() {
    GSpace space = new Rot2dOnR2(4);
    FieldType type = FieldType.of(space, space.regular(), 2);
    R2Conv layer = R2Conv.builder(type, type).kernelSize(3).build();
    for (WeightInit init :
        new WeightInit[] {WeightInit.GENERALIZED_HE, WeightInit.DELTA_ORTHONORMAL}) {
      float[] first = init.draw(layer.weightBlocks(), new SplittableRandom(1));
      assertThat(init.draw(layer.weightBlocks(), new SplittableRandom(1))).containsExactly(first);
      assertThat(init.draw(layer.weightBlocks(), new SplittableRandom(2))).isNotEqualTo(first);
    }
    assertThatThrownBy(() -> R2Conv.builder(type, type).kernelSize(0).build())
        .isInstanceOf(IllegalStateException.class);
  }
}
