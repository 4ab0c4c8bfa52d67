package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.convolution.PointwiseLinear;
import org.e2spark.nn.nonlinearity.FourierPointwise;
import org.e2spark.nn.nonlinearity.GatedNonLinearity1;
import org.e2spark.nn.nonlinearity.GatedNonLinearity2;
import org.e2spark.nn.nonlinearity.InducedNormNonLinearity;
import org.e2spark.nn.nonlinearity.NormFunction;
import org.e2spark.nn.nonlinearity.NormNonLinearity;
import org.e2spark.nn.nonlinearity.PointwiseFunction;
import org.e2spark.nn.normalization.FieldInstanceNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.InducedNormPool;
import org.e2spark.nn.pooling.MaxPoolChannels;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.NormPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveAvgPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveMaxPool;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FieldModulesNumbersTest {

  private static final GSpace C8 = new Rot2dOnR2(8);
  private static final GSpace D4 = new FlipRot2dOnR2(4);

  @Test
  void gatesOfAnotherTensorPairAsThoseOfTheSame() {
    FieldType gates = FieldType.of(C8, C8.trivial(), 3);
    FieldType fields = FieldType.of(C8, C8.regular(), C8.irrep(1), C8.trivial());
    try (var apart = new GatedNonLinearity2(gates, fields);
        var together = GatedNonLinearity1.of(gates.plus(fields));
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray g = Fields.random(manager, gates, 2, 3, 1);
      NDArray f = Fields.random(manager, fields, 2, 3, 2);
      NDArray both = NDArrays.concat(new NDList(g, f), 1);
      Networks.initialize(apart, manager, both.getShape(), 7);
      Networks.initialize(together, manager, both.getShape(), 7);
      NDArray expected = together.forward(gates.plus(fields).wrap(both)).array();
      NDArray y = apart.forward(gates.wrap(g), fields.wrap(f), Mode.TRAINING).array();
      Fields.assertClose(y, expected, 0, 0);
      Fields.assertClose(apart.forward(apart.inType().wrap(both)).array(), expected, 0, 0);
      assertThatThrownBy(() -> apart.forward(fields.wrap(f), fields.wrap(f), Mode.TRAINING))
          .isInstanceOf(FieldTypeException.class)
          .hasMessageContaining("gates");
    }
  }

  /** The length of a vector has no derivative at zero, where padding puts many of them. */
  @ParameterizedTest
  @EnumSource(NormFunction.class)
  void gradientsAreFiniteWhereFieldsVanish(NormFunction function) {
    FieldType vectors = FieldType.of(C8, C8.irrep(1), 2);
    Irrep turning = D4.subgroup(SubgroupId.withoutReflections(4)).group().irrep(1);
    FieldType induced = FieldType.of(D4, D4.induced(SubgroupId.withoutReflections(4), turning), 2);
    var bias =
        function == NormFunction.SQUASH ? NormNonLinearity.Bias.NONE : NormNonLinearity.Bias.LEARNT;
    for (EquivariantModule module :
        List.of(
            new NormNonLinearity(vectors, function, bias),
            new InducedNormNonLinearity(induced, function, NormNonLinearity.Bias.LEARNT),
            new NormPool(vectors),
            new InducedNormPool(induced),
            NormMaxPool.of(vectors, 2),
            new FieldInstanceNorm(vectors),
            new NormBatchNorm(vectors))) {
      try (module;
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray x = manager.zeros(new Shape(1, module.inType().size(), 2, 2));
        Networks.initialize(module, manager, x.getShape(), 1);
        x.setRequiresGradient(true);
        try (var scope = Autograd.record()) {
          NDArray y = module.forward(module.inType().wrap(x), Mode.TRAINING).array();
          scope.backward(y, y.onesLike());
        }
        assertThat(x.getGradient().toFloatArray()).doesNotContain(Float.NaN);
        StateDict.of(module).values().stream()
            .filter(p -> p.requiresGradient() && p.getArray().getGradient() != null)
            .forEach(
                p ->
                    assertThat(p.getArray().getGradient().toFloatArray())
                        .as(module.name() + " " + p.getName())
                        .doesNotContain(Float.NaN));
      }
    }
  }

  /** Pooling commutes with quarter turns and reflections if windows meet the centre. */
  @Property(tries = 10)
  void poolingTurnsWithTheImage(@ForAll long seed, @ForAll @IntRange(min = 0, max = 3) int turns) {
    FieldType type = FieldType.of(D4, D4.regular(), D4.trivial(), D4.regular());
    FieldType vectors = FieldType.of(D4, D4.irrep(1, 1), D4.irrep(1, 0), D4.irrep(1, 1));
    Irrep turning = D4.subgroup(SubgroupId.withoutReflections(4)).group().irrep(1);
    FieldType induced = FieldType.of(D4, D4.induced(SubgroupId.withoutReflections(4), turning), 2);
    for (EquivariantModule module :
        List.of(
            PointwiseMaxPool.builder(type).kernelSize(3).stride(2).padding(1).build(),
            NormMaxPool.builder(vectors).kernelSize(3).stride(2).padding(1).build(),
            NormMaxPool.builder(vectors).kernelSize(3).stride(1).build(),
            new PointwiseAdaptiveAvgPool(vectors, 3),
            new PointwiseAdaptiveMaxPool(type, 3),
            new GroupPooling(type),
            new NormPool(vectors),
            new InducedNormPool(induced))) {
      try (module;
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray x = Fields.random(manager, module.inType(), 2, 9, seed);
        for (int reflection = 0; reflection < 2; reflection++) {
          var element = new GroupElement(reflection, turns * Math.PI / 2);
          GeometricTensor input = module.inType().wrap(x);
          Fields.assertClose(
              module.forward(input.transform(element)).array(),
              module.forward(input).transform(element).array(),
              1e-6,
              1e-5);
        }
      }
    }
  }

  /** Between the elements of the grid the error vanishes as the grid gets finer. */
  @Test
  void finerGridsMakeSampledNonlinearitiesCommuteWithEveryRotation() {
    double coarse = errorOfSampling(12);
    double fine = errorOfSampling(48);
    assertThat(coarse).isGreaterThan(1e-6);
    assertThat(fine).isLessThan(coarse / 100);
  }

  private static double errorOfSampling(int samples) {
    GSpace o2 = FlipRot2dOnR2.continuous(3);
    EquivariantModule module =
        FourierPointwise.builder(o2, 3, 2)
            .function(PointwiseFunction.TANH)
            .samples(samples)
            .outMaximumFrequency(3)
            .build();
    double worst = 0;
    try (module;
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, module.inType(), 2, 4, 5).toType(DataType.FLOAT64, true);
      GeometricTensor input = module.inType().wrap(x);
      for (double angle : new double[] {0.1, 0.7, 2.9}) {
        var element = new GroupElement(1, angle);
        NDArray turned = module.forward(input).transformFibers(element).array();
        NDArray difference = module.forward(input.transformFibers(element)).array().sub(turned);
        worst = Math.max(worst, difference.abs().max().getDouble());
      }
    }
    return worst;
  }

  @Test
  void linearMapsTakeVectorsAndImages() {
    FieldType in = FieldType.of(D4, D4.regular(), D4.irrep(1, 1));
    FieldType out = FieldType.of(D4, D4.trivial(), D4.regular());
    try (var linear = new PointwiseLinear(in, out);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray image = Fields.random(manager, in, 4, 1, 3);
      Networks.initialize(linear, manager, image.getShape(), 2);
      NDArray vector = image.reshape(4, in.size());
      assertThat(linear.outputShape(vector.getShape())).isEqualTo(new Shape(4, out.size()));
      NDArray expected = linear.forward(in.wrap(image)).array().reshape(4, out.size());
      Fields.assertClose(linear.forward(in.wrap(vector)).array(), expected, 1e-6, 1e-6);
    }
  }

  @Test
  void theMaximumOverChannelsIsGroupPooling() {
    FieldType type = FieldType.of(D4, D4.regular(), 3);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Fields.random(manager, type, 2, 3, 4);
      var block = new MaxPoolChannels(8);
      NDArray y = block.forward(new ParameterStore(manager, false), new NDList(x), false).head();
      Fields.assertClose(y, new GroupPooling(type).forward(type.wrap(x)).array(), 0, 0);
      assertThat(block.getOutputShapes(new Shape[] {x.getShape()})[0]).isEqualTo(y.getShape());
      assertThatThrownBy(() -> new MaxPoolChannels(7).getOutputShapes(new Shape[] {x.getShape()}))
          .hasMessageContaining("7");
    }
  }
}
