package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.e2spark.interchange.AdaptivePooling;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.LongestVectorPooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Resize;
import org.e2spark.interchange.Resize.Interpolation;
import org.e2spark.interchange.VectorOfMaximum;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OpsTest {

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  static Stream<Arguments> operations() {
    return Stream.of(
        operation("max", x -> Ops.max(x, 2, 3)),
        operation("mean", x -> Ops.mean(x, 0, 3)),
        operation("pad zeros", x -> Ops.pad(x, 1, 2, Ops.Border.ZEROS)),
        operation("pad reflect", x -> Ops.pad(x, 1, 2, Ops.Border.REFLECT)),
        operation("pad replicate", x -> Ops.pad(x, 1, 2, Ops.Border.REPLICATE)),
        operation("pad circular", x -> Ops.pad(x, 1, 2, Ops.Border.CIRCULAR)),
        operation("nearest", new Resize(Interpolation.NEAREST, 9, 7, 0)::apply),
        operation("bilinear", new Resize(Interpolation.BILINEAR, 9, 7, 0)::apply),
        operation(
            "bilinear aligned", new Resize(Interpolation.BILINEAR_ALIGNED_CORNERS, 9, 7, 0)::apply),
        operation("adaptive average", new AdaptivePooling(Reduction.MEAN, 2, 3)::apply),
        operation("adaptive max", new AdaptivePooling(Reduction.MAXIMUM, 2, 3)::apply),
        operation("norm", new FieldReduction(Reduction.NORM, 1, 3)::apply),
        operation(
            "maximum of fields",
            x -> new FieldReduction(Reduction.MAXIMUM, 1, 3).apply(x.square())),
        operation("vector of maximum", new VectorOfMaximum(1, 3)::apply),
        operation("longest vector", new LongestVectorPooling(1, 3, Window.square(2, 1, 1))::apply),
        operation(
            "select", x -> Ops.indexSelect(x, 1, x.getManager().create(new long[] {2, 0, 2}))),
        operation("einsum", x -> Ops.einsum(x.getManager(), "bchw,bdhw->bcd", x, x)),
        operation(
            "transposed convolution",
            x ->
                new Convolution(
                        x.get("0, :, :3, :3").reshape(3, 1, 3, 3),
                        null,
                        transposed(new Shape(2, 2), new Shape(1, 1), new Shape(1, 1)))
                    .apply(x)));
  }

  private static Convolution.Geometry transposed(Shape stride, Shape padding, Shape added) {
    return Convolution.Geometry.transposed(stride, padding, new Shape(1, 1), added, 1);
  }

  private static Arguments operation(String name, UnaryOperator<NDArray> f) {
    return Arguments.of(name, f);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void gradientEqualsFiniteDifferences(String name, UnaryOperator<NDArray> f) {
    NDArray x = random(7, 2, 3, 5, 4);
    x.setRequiresGradient(true);
    double[] direction = random(9, 2, 3, 5, 4).toDoubleArray();
    NDArray gradient;
    NDArray upstream;
    try (var scope = Autograd.record()) {
      NDArray y = f.apply(x);
      upstream = random(8, y.getShape().getShape());
      scope.backward(y, upstream);
      gradient = x.getGradient();
    }

    NDArray step = manager.create(direction, x.getShape()).mul(1e-6);
    double analytic = gradient.mul(step).sum().getDouble();
    NDArray plain = manager.create(x.toDoubleArray(), x.getShape());
    double up = f.apply(plain.add(step)).mul(upstream).sum().getDouble();
    double down = f.apply(plain.sub(step)).mul(upstream).sum().getDouble();
    assertThat(analytic).isCloseTo((up - down) / 2, within(1e-6 * Math.abs(analytic)));
    assertThat(Math.abs(analytic)).as("a direction that shows something").isGreaterThan(1e-7);
  }

  @Test
  void castKeepsTheGradient() {
    NDArray x = manager.create(new float[] {1, 2, 3});
    x.setRequiresGradient(true);
    try (var scope = Autograd.record()) {
      NDArray y = Ops.cast(Ops.cast(x, DataType.BFLOAT16).square(), DataType.FLOAT64);
      scope.backward(y.sum());
    }
    assertThat(x.getGradient().toFloatArray()).containsExactly(2, 4, 6);
  }

  /** What a convolution of some images makes, and the gradients of its sum of squares. */
  private record Convolved(float[] y, float[] atX, float[] atFilter, float[] atShift) {

    static Convolved of(NDArray x, NDArray filter, NDArray shift) {
      for (NDArray leaf : List.of(x, filter, shift)) {
        leaf.setRequiresGradient(true);
      }
      try (var scope = Autograd.record()) {
        NDArray y = Ops.convolve(x, filter, shift, Window.square(3, 2, 1), 2);
        scope.backward(y.square().sum());
        return new Convolved(
            y.toFloatArray(),
            x.getGradient().toFloatArray(),
            filter.getGradient().toFloatArray(),
            shift.getGradient().toFloatArray());
      }
    }

    double distance(Convolved other) {
      return Math.max(
          Math.max(distance(y, other.y), distance(atX, other.atX)),
          Math.max(distance(atFilter, other.atFilter), distance(atShift, other.atShift)));
    }

    /** The longest difference, as a share of the largest number. */
    private static double distance(float[] a, float[] b) {
      double most = 0;
      double largest = 0;
      for (int i = 0; i < a.length; i++) {
        most = Math.max(most, Math.abs(a[i] - b[i]));
        largest = Math.max(largest, Math.abs(a[i]));
      }
      return most / largest;
    }
  }

  private Convolved convolved() {
    return Convolved.of(
        random(1, 2, 4, 9, 9).toType(DataType.FLOAT32, true),
        random(2, 6, 2, 3, 3).toType(DataType.FLOAT32, true),
        random(3, 6).toType(DataType.FLOAT32, true));
  }

  @Test
  void convolutionsComputeInBfloat16InsideAutocastAlone() throws Exception {
    Convolved before = convolved();
    Convolved inside;
    try (Autocast outer = Autocast.bfloat16()) {
      try (Autocast inner = Autocast.bfloat16()) {
        inside = convolved();
      }
      assertThat(Autocast.isOn()).isTrue();
      assertThat(CompletableFuture.supplyAsync(Autocast::isOn).get()).isFalse();
      NDArray exact = random(1, 2, 4, 9, 9);
      NDArray y =
          Ops.convolve(exact, random(2, 6, 2, 3, 3), random(3, 6), Window.square(3, 2, 1), 2);
      assertThat(y.getDataType()).isEqualTo(DataType.FLOAT64);
    }
    // bfloat16 keeps 8 bits: each rounding errs by up to 2^-9 of a number.
    assertThat(inside.distance(before)).isBetween(1e-4, 16 * Math.pow(2, -9));
    assertThat(convolved().distance(before)).isZero();
  }

  @Test
  void transposedConvolutionSpreadsOnePixel() {
    NDArray x = manager.ones(new Shape(1, 1, 1, 1));
    NDArray filter = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 1, 2, 2));
    NDArray bias = manager.create(new float[] {10});
    var geometry = transposed(new Shape(1, 1), new Shape(0, 0), new Shape(0, 0));
    NDArray y = new Convolution(filter, bias, geometry).apply(x);
    assertThat(y.toFloatArray()).containsExactly(11, 12, 13, 14);
  }

  @Test
  void resultsBelongToTheNamedManager() {
    NDArray weight = random(1, 3, 4);
    weight.setName("layer.weight");
    try (NDManager sub = manager.newSubManager()) {
      NDArray y = Ops.einsum(sub, "oi,pi->op", weight, weight);
      assertThat(y.getManager().getName()).isEqualTo(sub.getName());
      assertThat(y.getShape()).isEqualTo(new Shape(3, 3));
    }
    assertThat(manager.getManagedArrays()).hasSize(1);
  }

  @Test
  void versionGrowsWithEveryWriteInPlace() {
    NDArray x = manager.zeros(new Shape(3));
    long fresh = Ops.version(x);
    x.addi(1);
    long afterAdd = Ops.version(x);
    x.set(new float[] {1, 2, 3});
    long afterSet = Ops.version(x);
    x.add(1).close();
    assertThat(afterAdd).isGreaterThan(fresh);
    assertThat(afterSet).isGreaterThan(afterAdd);
    assertThat(Ops.version(x)).isEqualTo(afterSet);
  }

  private NDArray random(long seed, long... shape) {
    var rng = new Random(seed);
    double[] values = new double[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = rng.nextGaussian();
    }
    return manager.create(values, new Shape(shape));
  }
}
