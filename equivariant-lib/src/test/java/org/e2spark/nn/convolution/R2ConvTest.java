package org.e2spark.nn.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.stream.Stream;
import org.e2spark.diffop.Discretization;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.EmptyBasisException;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Fields;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class R2ConvTest {

  private static final GSpace C4 = new Rot2dOnR2(4);
  private static final FieldType SCALARS = FieldType.of(C4, C4.trivial(), 2);
  private static final FieldType REGULAR = FieldType.of(C4, C4.regular(), 3);

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  static Stream<Arguments> layers() {
    return Stream.of(
            new Rot2dOnR2(4),
            new Rot2dOnR2(8),
            new Rot2dOnR2(12),
            new FlipRot2dOnR2(4),
            new FlipRot2dOnR2(8, Math.PI / 4),
            new FlipRot2dOnR2(2, 0),
            new Flip2dOnR2())
        .flatMap(
            space -> {
              FieldType in = FieldType.of(space, space.trivial(), space.regular());
              FieldType out = FieldType.of(space, space.regular(), space.regular());
              return Stream.of(
                  Arguments.of(R2Conv.builder(in, out).kernelSize(5).padding(2).build()),
                  Arguments.of(R2Conv.builder(in, out).kernelSize(3).padding(1).stride(2).build()),
                  Arguments.of(R2Conv.builder(in, out).kernelSize(3).dilation(2).build()),
                  Arguments.of(R2Conv.builder(in, out).kernelSize(4).build()),
                  Arguments.of(
                      R2Conv.builder(in, out)
                          .kernelSize(3)
                          .padding(1)
                          .paddingMode(Ops.Border.CIRCULAR)
                          .build()),
                  Arguments.of(
                      R2Conv.builder(in, out)
                          .kernelSize(5)
                          .padding(2)
                          .paddingMode(Ops.Border.REFLECT)
                          .build()),
                  Arguments.of(R2ConvTransposed.builder(in, out).kernelSize(3).stride(2).build()),
                  Arguments.of(
                      R2Diffop.builder(in, out)
                          .kernelSize(5)
                          .padding(2)
                          .basis(
                              basis ->
                                  basis.discretization(
                                      new Discretization.FiniteDifferences(
                                          Discretization.FiniteDifferences.Orientation.UPRIGHT)))
                          .build()));
            });
  }

  @ParameterizedTest
  @MethodSource("layers")
  void commutesExactlyWithTheSymmetriesOfTheGrid(SteerableConvolution layer) {
    FieldType in = layer.inType();
    Networks.initialize(layer, manager, new Shape(1, in.size(), 9, 9), 3);
    layer.getParameters().forEach(p -> p.getValue().getArray().addi(0.1f));
    GeometricTensor x = in.wrap(Fields.random(manager, in, 1, 9, 4));
    GeometricTensor y = layer.forward(x);
    double largest = y.array().abs().max().getFloat();
    for (GroupElement element : in.gspace().fiberGroup().elements()) {
      if (!isQuarterTurn(in.gspace().baseSpaceAction(element))) {
        continue;
      }
      GeometricTensor actual = layer.forward(x.transform(element));
      NDArray error = actual.array().sub(y.transform(element).array()).abs().max();
      assertThat((double) error.getFloat()).as("%s", element).isLessThan(1e-5 * largest);
    }
    layer.close();
  }

  private static boolean isQuarterTurn(GroupElement action) {
    double quarters = 2 * action.angle() / Math.PI;
    return Math.abs(quarters - Math.rint(quarters)) < 1e-9;
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void commutesNearlyWithOtherAnglesOnSmoothImages(GSpace space) {
    FieldType in = FieldType.of(space, space.trivial(), 1);
    FieldType out =
        space.fiberGroup().isContinuous()
            ? FieldType.of(space, space.fiberGroup().irreps())
            : FieldType.of(space, space.regular(), 2);
    R2Conv layer = R2Conv.builder(in, out).kernelSize(7).padding(3).build();
    Networks.initialize(layer, manager, new Shape(1, 1, 41, 41), 5);
    GeometricTensor x = in.wrap(smooth(41));
    GeometricTensor y = layer.forward(x);
    double largest = y.array().abs().max().getFloat();
    for (GroupElement element : space.fiberGroup().testingElements()) {
      NDArray actual = layer.forward(x.transform(element)).array();
      NDArray error = actual.sub(y.transform(element).array()).abs();
      // Away from the border, where a turned image lacks what lies outside.
      double worst = error.get(":, :, 13:28, 13:28").max().getFloat();
      assertThat(worst).as("%s of %s", element, space).isLessThan(0.05 * largest);
    }
  }

  static List<GSpace> spaces() {
    return List.of(
        new Rot2dOnR2(8),
        new Rot2dOnR2(5),
        new FlipRot2dOnR2(6, 0.4),
        Rot2dOnR2.continuous(2),
        FlipRot2dOnR2.continuous(2),
        new Flip2dOnR2(0.7));
  }

  /** Some waves of long wavelength, (1, 1, size, size). */
  private NDArray smooth(int size) {
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      int row = i / size;
      double y = row - size / 2.0;
      double x = i % size - size / 2.0;
      values[i] =
          (float) (Math.sin(0.3 * x + 0.1 * y) + Math.cos(0.25 * y - 0.2 * x) + Math.sin(0.35 * y));
    }
    return manager.create(values, new Shape(1, 1, size, size));
  }

  @Test
  void theFilterOfEvaluationIsTheFilterOfTrainingAndFollowsTheWeights() {
    R2Conv layer = R2Conv.builder(REGULAR, REGULAR).kernelSize(3).build();
    GeometricTensor x = REGULAR.wrap(Fields.random(manager, REGULAR, 1, 7, 1));
    Networks.initialize(layer, manager, x.shape(), 1);
    NDArray first = layer.forward(x).array();
    assertThat(layer.forward(x, Mode.TRAINING).array().toFloatArray())
        .containsExactly(first.toFloatArray());

    StateDict.of(layer).get("weights").getArray().muli(2);
    NDArray second = layer.forward(x).array();
    assertThat(second.toFloatArray()).containsExactly(first.mul(2).toFloatArray());

    StateDict.of(layer).get("bias").getArray().addi(1);
    NDArray third = layer.forward(x).array();
    assertThat(third.toFloatArray()[0]).isCloseTo(second.toFloatArray()[0] + 0.5f, within());
    assertThat(StateDict.of(layer)).containsOnlyKeys("weights", "bias");
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-5f);
  }

  @Test
  void theOrderOfFieldsDoesNotChangeTheFilter() {
    GSpace space = new FlipRot2dOnR2(4);
    List<Representation> fields =
        List.of(
            space.regular(),
            space.trivial(),
            space.irrep(1, 1),
            space.regular(),
            space.quotient(SubgroupId.dihedral(0, 1)),
            space.trivial());
    FieldType shuffled = FieldType.of(space, fields);
    FieldType sorted = shuffled.sorted();
    R2Conv a = R2Conv.builder(shuffled, shuffled).kernelSize(5).build();
    R2Conv b = R2Conv.builder(sorted, sorted).kernelSize(5).build();
    Networks.initialize(a, manager, new Shape(1, shuffled.size(), 9, 9), 1);
    Networks.initialize(b, manager, new Shape(1, sorted.size(), 9, 9), 2);
    StateDict.of(b)
        .get("weights")
        .getArray()
        .set(StateDict.of(a).get("weights").getArray().toFloatArray());

    NDArray channels = manager.create(shuffled.channels(shuffled.orderBySize()));
    NDArray reordered =
        Ops.indexSelect(Ops.indexSelect(a.expandFilter(manager), 0, channels), 1, channels);
    Fields.assertClose(b.expandFilter(manager), reordered, 1e-6, 1e-5);
  }

  @Test
  void doublePrecisionAgreesWithSingle() {
    FieldType in = FieldType.of(C4, C4.trivial(), C4.regular(), C4.irrep(1));
    R2Conv single = R2Conv.builder(in, REGULAR).kernelSize(5).padding(2).build();
    R2Conv twice = R2Conv.builder(in, REGULAR).kernelSize(5).padding(2).build();
    NDArray x = Fields.random(manager, in, 1, 9, 1);
    Networks.initialize(single, manager, x.getShape(), 1);
    Networks.initialize(twice, manager, x.getShape(), 1, DataType.FLOAT64);
    NDArray y = twice.forward(in.wrap(x.toType(DataType.FLOAT64, true))).array();
    assertThat(y.getDataType()).isEqualTo(DataType.FLOAT64);
    Fields.assertClose(
        single.forward(in.wrap(x)).array(), y.toType(DataType.FLOAT32, true), 1e-5, 1e-5);
  }

  @Test
  void brainFloatInputsCanBeConvolvedByCastFilters() {
    R2Conv layer = R2Conv.builder(SCALARS, REGULAR).kernelSize(5).noBias().build();
    NDArray x = Fields.random(manager, SCALARS, 1, 9, 1);
    Networks.initialize(layer, manager, x.getShape(), 1);
    NDArray filter = Ops.cast(layer.expandFilter(manager), DataType.BFLOAT16);
    NDArray y = layer.convolve(Ops.cast(x, DataType.BFLOAT16), filter, null);
    NDArray expected = layer.forward(SCALARS.wrap(x)).array();
    double largest = expected.abs().max().getFloat();
    Fields.assertClose(Ops.cast(y, DataType.FLOAT32), expected, 0.02 * largest, 0);
  }

  @Test
  void gradientsReachTheWeightsOfTwoMicroBatches() {
    R2Conv layer = R2Conv.builder(SCALARS, REGULAR).kernelSize(5).build();
    NDArray x = Fields.random(manager, SCALARS, 4, 9, 1);
    Networks.initialize(layer, manager, x.getShape(), 1);
    NDArray weights = StateDict.of(layer).get("weights").getArray();
    float[] whole = gradient(layer, weights, x);
    Autograd.zeroGradients(List.of(weights));
    gradient(layer, weights, x.get("0:2"));
    float[] halves = gradient(layer, weights, x.get("2:4"));
    for (int i = 0; i < whole.length; i++) {
      assertThat(halves[i])
          .isCloseTo(
              whole[i],
              org.assertj.core.data.Offset.offset(1e-4f * Math.max(1, Math.abs(whole[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource(Evaluation.class)
  void djlsGradientCollectorSeesTheSameGradients(Evaluation evaluation) {
    FieldType in = FieldType.of(C4, C4.trivial(), C4.regular(), C4.irrep(1), C4.trivial());
    R2Conv layer = R2Conv.builder(in, REGULAR).kernelSize(5).evaluation(evaluation).build();
    NDArray x = Fields.random(manager, in, 2, 9, 1);
    Networks.initialize(layer, manager, x.getShape(), 1);
    NDArray weights = StateDict.of(layer).get("weights").getArray();
    try (var scope = Autograd.record()) {
      scope.backward(layer.forward(in.wrap(x), Mode.TRAINING).array().square().sum());
    }
    NDArray ours = weights.getGradient().duplicate();
    Autograd.zeroGradients(List.of(weights));
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      collector.backward(layer.forward(in.wrap(x), Mode.TRAINING).array().square().sum());
    }
    Fields.assertClose(ours, weights.getGradient(), 1e-4, 1e-5);
  }

  @Test
  void frozenWeightsLetTheGradientThroughToTheImages() {
    R2Conv layer = R2Conv.builder(SCALARS, REGULAR).kernelSize(5).build();
    NDArray x = Fields.random(manager, SCALARS, 2, 9, 1);
    Networks.initialize(layer, manager, x.getShape(), 1);
    layer.freezeParameters(true);
    x.setRequiresGradient(true);
    try (var scope = Autograd.record()) {
      scope.backward(layer.forward(SCALARS.wrap(x), Mode.TRAINING).array().square().sum());
    }
    assertThat(x.getGradient().abs().max().getFloat()).isPositive();
    assertThat(StateDict.of(layer).get("weights").getArray().hasGradient()).isFalse();
  }

  @Test
  void aFilterFollowsItsWeightsBetweenTwoPassesOfOneScope() {
    R2Conv layer = R2Conv.builder(SCALARS, REGULAR).kernelSize(5).noBias().build();
    NDArray x = Fields.random(manager, SCALARS, 2, 9, 1);
    Networks.initialize(layer, manager, x.getShape(), 1);
    NDArray weights = StateDict.of(layer).get("weights").getArray();
    try (var scope = Autograd.record()) {
      NDArray once = layer.forward(SCALARS.wrap(x), Mode.TRAINING).array();
      scope.backward(once.sum());
      try (var pause = Autograd.pause()) {
        weights.muli(2);
      }
      NDArray twice = layer.forward(SCALARS.wrap(x), Mode.TRAINING).array();
      Fields.assertClose(twice, once.mul(2), 1e-5, 1e-5);
      Fields.assertClose(layer.forward(SCALARS.wrap(x)).array(), twice, 1e-6, 1e-6);
    }
  }

  private float[] gradient(R2Conv layer, NDArray weights, NDArray x) {
    try (var scope = Autograd.record()) {
      NDArray y = layer.forward(SCALARS.wrap(x), Mode.TRAINING).array();
      scope.backward(y.square().sum());
    }
    return weights.getGradient().toFloatArray();
  }

  @Test
  void wrongFieldsAreNamed() {
    R2Conv layer = R2Conv.builder(SCALARS, REGULAR).kernelSize(3).build();
    Networks.initialize(layer, manager, new Shape(1, 2, 9, 9), 1);
    GeometricTensor wrong = REGULAR.wrap(Fields.random(manager, REGULAR, 1, 9, 1));
    assertThatThrownBy(() -> layer.forward(wrong))
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining("2 x irrep_0")
        .hasMessageContaining("3 x regular");
    FieldType elsewhere = FieldType.of(new Rot2dOnR2(8), new Rot2dOnR2(8).trivial(), 1);
    assertThatThrownBy(() -> R2Conv.builder(SCALARS, elsewhere))
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining("4-Rotations")
        .hasMessageContaining("8-Rotations");
    assertThatThrownBy(() -> R2Conv.builder(SCALARS, REGULAR).kernelSize(3).groups(2).build())
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining("2 groups");
    assertThatThrownBy(() -> R2Conv.builder(SCALARS, REGULAR).build())
        .hasMessageContaining("kernel size");
    assertThatThrownBy(() -> layer.outputShape(new Shape(1, 2, 2, 2)))
        .hasMessageContaining("smaller than the kernel");
  }

  @Test
  void aLayerWithoutKernelsCannotBeBuilt() {
    GSpace o2 = FlipRot2dOnR2.continuous(2);
    FieldType scalar = FieldType.of(o2, o2.trivial(), 1);
    FieldType pseudoScalar = FieldType.of(o2, o2.irrep(1, 0), 1);
    assertThatThrownBy(() -> R2Conv.builder(scalar, pseudoScalar).kernelSize(5).build())
        .isInstanceOf(EmptyBasisException.class)
        .hasMessageContaining("no kernel of any size connects them");
    GSpace so2 = Rot2dOnR2.continuous(4);
    FieldType in = FieldType.of(so2, so2.trivial(), 2);
    FieldType out = FieldType.of(so2, so2.irrep(3), so2.irrep(4), so2.irrep(3));
    assertThatThrownBy(() -> R2Conv.builder(in, out).kernelSize(3).build())
        .isInstanceOf(EmptyBasisException.class)
        .hasMessageContaining("from irrep_0 to [irrep_3]_[irrep_4] for SO(2)")
        .hasMessageContaining("smallest: 6 or frequenciesCutoff=3.0");
    assertThatThrownBy(() -> R2Diffop.builder(in, out).basis(b -> b.maximumOrder(2)).build())
        .isInstanceOf(EmptyBasisException.class)
        .hasMessageContaining("Maximum order 2 leaves no differential operators")
        .hasMessageContaining("smallest: 3, on kernels of size 4");
  }

  @Test
  void representationsOfOneNameMustBeEqual() {
    Representation regular = C4.regular();
    SimpleMatrix swap =
        new SimpleMatrix(new double[][] {{0, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}});
    FieldType mixed = FieldType.of(C4, regular, regular.changeBasis(swap, "regular"));
    assertThatThrownBy(() -> R2Conv.builder(SCALARS, mixed).kernelSize(3).build())
        .isInstanceOf(FieldTypeException.class)
        .hasMessageContaining("Different representations are named regular");
  }

  @Test
  void theAxisOfReflectionIsPartOfWhatIsCached() {
    float[][] filters = new float[2][];
    double[] axes = {Math.PI / 2, Math.PI / 4};
    for (int i = 0; i < 2; i++) {
      GSpace space = new FlipRot2dOnR2(4, axes[i]);
      FieldType type = FieldType.of(space, space.regular(), 1);
      R2Conv layer = R2Conv.builder(type, type).kernelSize(5).build();
      Networks.initialize(layer, manager, new Shape(1, 8, 9, 9), 1);
      filters[i] = layer.expandFilter(manager).toFloatArray();
    }
    assertThat(filters[0]).isNotEqualTo(filters[1]);
  }
}
