package org.e2spark.nn.pooling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Fields;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.BatchNormOptions;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pooling, normalisation, pointwise functions and upsampling: what commutes, and what is refused.
 */
class PoolingTest {

  private static final GSpace D4 = new FlipRot2dOnR2(4);
  private static final FieldType TYPE =
      FieldType.of(
          D4, D4.trivial(), D4.regular(), D4.quotient(SubgroupId.dihedral(0, 1)), D4.regular());

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  static Stream<EquivariantModule> modules() {
    return Stream.of(
        new ReLU(TYPE),
        new ELU(TYPE, 0.7),
        PointwiseMaxPool.builder(TYPE).kernelSize(3).stride(2).padding(1).build(),
        PointwiseMaxPool.builder(TYPE).kernelSize(3).dilation(2).stride(1).build(),
        PointwiseMaxPoolAntialiased.builder(TYPE).kernelSize(3).stride(2).build(),
        PointwiseAvgPool.builder(TYPE).kernelSize(3).stride(2).build(),
        new PointwiseAvgPoolAntialiased(TYPE, 0.66, 2),
        new InnerBatchNorm(TYPE),
        new GroupPooling(TYPE),
        R2Upsampling.byFactor(TYPE, 2, R2Upsampling.Interpolation.BILINEAR),
        R2Upsampling.byFactor(TYPE, 3, R2Upsampling.Interpolation.NEAREST),
        R2Upsampling.toSize(
            TYPE, Size2d.of(17), R2Upsampling.Interpolation.BILINEAR_ALIGNED_CORNERS));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void commutesExactlyWithTheSymmetriesOfTheGrid(EquivariantModule module) {
    NDArray array = Fields.random(manager, TYPE, 2, 9, 1);
    Networks.initialize(module, manager, array.getShape(), 1);
    GeometricTensor x = TYPE.wrap(array);
    for (Mode mode : Mode.values()) {
      GeometricTensor y = module.forward(x, mode);
      assertThat(y.type()).isEqualTo(module.outType());
      assertThat(module.outputShape(array.getShape())).isEqualTo(y.shape());
      for (GroupElement element : D4.fiberGroup().elements()) {
        NDArray moved = module.forward(x.transform(element), mode).array();
        Fields.assertClose(moved, y.transform(element).array(), 1e-6, 1e-5);
      }
    }
    module.close();
  }

  @Test
  void innerBatchNormMakesEachFieldStandard() {
    var module = new InnerBatchNorm(TYPE);
    NDArray x = Fields.random(manager, TYPE, 20, 9, 1).mul(3).add(2);
    Networks.initialize(module, manager, x.getShape(), 1);
    NDArray y = module.forward(TYPE.wrap(x), Mode.TRAINING).array();
    for (int field = 0; field < TYPE.fields(); field++) {
      NDArray part = y.get(":, " + TYPE.start(field) + ":" + TYPE.end(field));
      double mean = part.mean().getFloat();
      double deviation = Math.sqrt(part.sub(part.mean()).square().mean().getFloat());
      assertThat(mean).isCloseTo(0, org.assertj.core.data.Offset.offset(1e-3));
      assertThat(deviation).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-3));
    }
  }

  @Test
  void fieldsThatDoNotPermuteAreRefused() {
    GSpace c4 = new Rot2dOnR2(4);
    FieldType vectors = FieldType.of(c4, c4.irrep(1), 2);
    for (Runnable build :
        new Runnable[] {
          () -> new ReLU(vectors),
          () -> new ELU(vectors),
          () -> PointwiseMaxPool.of(vectors, 2),
          () -> new InnerBatchNorm(vectors),
          () -> new GroupPooling(vectors)
        }) {
      assertThatThrownBy(build::run)
          .isInstanceOf(FieldTypeException.class)
          .hasMessageContaining("pointwise")
          .hasMessageContaining("irrep_1");
    }
  }

  @Test
  void badWindowsAreRefused() {
    assertThatThrownBy(() -> PointwiseMaxPool.of(TYPE, 0)).hasMessageContaining("kernel size");
    assertThatThrownBy(() -> PointwiseMaxPool.builder(TYPE).build())
        .hasMessageContaining("kernel size");
    assertThatThrownBy(() -> PointwiseAvgPool.builder(TYPE).kernelSize(3).padding(2).build())
        .hasMessageContaining("half of the kernel size");
    assertThatThrownBy(() -> new PointwiseAvgPoolAntialiased(TYPE, 0, 2))
        .hasMessageContaining("sigma");
    assertThatThrownBy(
            () -> PointwiseMaxPool.of(TYPE, 4).outputShape(new Shape(1, TYPE.size(), 3, 3)))
        .hasMessageContaining("smaller than the pooling window");
    assertThatThrownBy(() -> R2Upsampling.byFactor(TYPE, 0, R2Upsampling.Interpolation.NEAREST))
        .hasMessageContaining("positive");
    assertThatThrownBy(
            () ->
                new BatchNormOptions(
                    0,
                    0.1,
                    BatchNormOptions.DEFAULT.scaling(),
                    BatchNormOptions.DEFAULT.statistics()))
        .hasMessageContaining("eps");
  }
}
