package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.ImageShape;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.TorchFunction;
import org.junit.jupiter.api.Test;

/** Losses beside PyTorch's own, and class weights beside counts. */
class LossTest {

  private static final ClassWeights GIVEN =
      new ClassWeights.Given(Map.of("a", 2., "b", 1., "c", 5.));

  /** 50 samples of class a, 30 of b, 20 of c. */
  private static ShardManifest data() {
    return data(new ShardManifest.Split(100, List.of(50L, 30L, 20L), List.of()));
  }

  private static ShardManifest data(ShardManifest.Split split) {
    return new ShardManifest(
        ShardManifest.FORMAT_VERSION,
        new ImageShape(1, 4, 4),
        List.of("a", "b", "c"),
        new ShardManifest.Statistics("train", List.of(0.5), List.of(0.2)),
        Map.of("train", split),
        64,
        false,
        "",
        0,
        Map.of(),
        "test");
  }

  private record Result(float value, float[] gradient) {}

  private static Result differentiate(NDManager manager, BinaryOperator<NDArray> loss) {
    Random random = new Random(3);
    float[] values = new float[21];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    NDArray logits = manager.create(values, new Shape(7, 3));
    logits.setRequiresGradient(true);
    NDArray labels = manager.create(new long[] {0, 2, 1, 1, 0, 2, 2});
    try (Autograd scope = Autograd.record()) {
      NDArray value = loss.apply(logits, labels);
      scope.backward(value);
      return new Result(value.getFloat(), logits.getGradient().toFloatArray());
    }
  }

  @Test
  void valuesAndGradientsAreThoseOfPyTorch() {
    for (ClassWeights weights :
        List.of(new ClassWeights.Equal(), new ClassWeights.Balanced(), GIVEN)) {
      for (double smoothing : new double[] {0, 0.1, 0.7}) {
        try (NDManager manager = NDManager.newBaseManager()) {
          double[] scaled = weights.of(data(), "train");
          NDArray weight =
              manager.create(new float[] {(float) scaled[0], (float) scaled[1], (float) scaled[2]});
          TorchFunction torch =
              TorchFunction.of(
                  "x, t, w", "torch.cross_entropy_loss(x, t, w, 2, -100, " + smoothing + ")");
          Result theirs =
              differentiate(manager, (x, labels) -> torch.apply(manager, x, labels, weight));
          Loss.Sum sum = new Loss(weights, smoothing).sum(data(), "train");
          Result ours = differentiate(manager, (x, labels) -> sum.of(x, labels, new double[7]));
          assertThat(ours.value()).isCloseTo(theirs.value(), within(1e-5f * theirs.value()));
          assertThat(ours.gradient()).containsExactly(theirs.gradient(), within(1e-5f));
        }
      }
    }
  }

  /** Of samples whose weights have the mean 1.6. */
  @Test
  void samplesCountByTheirWeights() {
    double[] own = {0.5, 0, 3, 1, 8, 0.25, 2};
    ShardManifest data =
        data(
            new ShardManifest.Split(100, List.of(50L, 30L, 20L), List.of(90d, 0d, 70d), List.of()));
    for (ClassWeights weights : List.of(new ClassWeights.Equal(), GIVEN)) {
      for (double smoothing : new double[] {0, 0.1}) {
        try (NDManager manager = NDManager.newBaseManager()) {
          double[] scaled = weights.of(data, "train");
          assertThat((90 * scaled[0] + 70 * scaled[2]) / 160).isCloseTo(1, within(1e-12));
          NDArray weight =
              manager.create(new float[] {(float) scaled[0], (float) scaled[1], (float) scaled[2]});
          float[] counts = new float[own.length];
          for (int i = 0; i < own.length; i++) {
            counts[i] = (float) (own[i] / 1.6);
          }
          NDArray samples = manager.create(counts);
          TorchFunction torch =
              TorchFunction.of(
                  "x, t, w, s",
                  "(s * torch.cross_entropy_loss(x, t, w, 0, -100, " + smoothing + ")).sum()");
          Result theirs =
              differentiate(
                  manager, (x, labels) -> torch.apply(manager, x, labels, weight, samples));
          Loss.Sum sum = new Loss(weights, smoothing).sum(data, "train");
          Result ours = differentiate(manager, (x, labels) -> sum.of(x, labels, own));
          assertThat(ours.value()).isCloseTo(theirs.value(), within(1e-5f * theirs.value()));
          assertThat(ours.gradient()).containsExactly(theirs.gradient(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void weightsHaveTheMeanOneOverTheSplitsSamples() {
    assertThat(new ClassWeights.Balanced().of(data(), "train"))
        .containsExactly(new double[] {100 / 150., 100 / 90., 100 / 60.}, within(1e-12));
    double mean = (2 * 50 + 1 * 30 + 5 * 20) / 100.;
    assertThat(GIVEN.of(data(), "train"))
        .containsExactly(new double[] {2 / mean, 1 / mean, 5 / mean}, within(1e-12));
  }

  @Test
  void weightsThatDoNotFitAreRefusedByName() {
    assertThatThrownBy(() -> given(Map.of("a", 1., "b", 1.))).hasMessageContaining("[c]");
    assertThatThrownBy(() -> given(Map.of("a", 1., "b", 1., "c", 1., "dog", 1.)))
        .hasMessageContaining("no class 'dog'");
    assertThatThrownBy(() -> given(Map.of("a", 0., "b", 0., "c", 0.)))
        .hasMessageContaining("above 0");
    assertThatThrownBy(() -> given(Map.of("a", -1.))).hasMessageContaining("class a: -1.0");
    assertThatThrownBy(() -> Loss.CROSS_ENTROPY.withLabelSmoothing(1))
        .hasMessageContaining("smoothing: 1.0");
  }

  private static double[] given(Map<String, Double> weights) {
    return new ClassWeights.Given(weights).of(data(), "train");
  }
}
