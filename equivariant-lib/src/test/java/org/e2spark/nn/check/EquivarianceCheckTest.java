package org.e2spark.nn.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Random;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Classifier;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.EquivarianceFinding;
import org.e2spark.nn.EquivarianceFinding.Kind;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.check.EquivarianceCheck.Deviation;
import org.e2spark.nn.container.DisentangleModule;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.container.RestrictionModule;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EquivarianceCheckTest {

  private static final double EXACT = 1e-5;
  private static final long SEED = 20;

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @ParameterizedTest
  @CsvSource({
    "quickstart/c8, 29, 4",
    "mnist-bench/regular-c8, 28, 4",
    "mnist-bench/regular-d4, 28, 8",
    "mnist-bench/hnet_conv-o2-f1, 28, 8",
    "mnist-restrict/d16-c16-r1, 28, 4",
    "examples/c8-steerable-cnn, 29, 4",
    "examples/e2wrn10-4-rot90, 33, 8",
    "examples/e2wrn10-4-reflection, 33, 2"
  })
  void presetsAreExactOnTheGrid(String preset, int size, int elements) {
    int channels = preset.contains("e2wrn") ? 3 : 1;
    var shape = new Shape(2, channels, size, size);
    Block network = trained(Presets.create(preset, channels, 10), shape);
    var check = EquivarianceCheck.ofInvariant(network);
    assertThat(check.findings(shape)).noneMatch(f -> f.kind() == Kind.OFF_CENTRE);
    List<Deviation> deviations = check.onGrid(images(shape));
    assertThat(deviations).hasSize(elements);
    assertThat(deviations).allMatch(deviation -> deviation.relative() <= EXACT);
    assertThat(deviations.get(0).relative()).isZero();
  }

  /** Statistics as after training, so that normalisation is not the identity. */
  private Block trained(Block network, Shape shape) {
    Networks.initialize(network, manager, shape, 5);
    var batch = new Shape(4, shape.get(1), shape.get(2), shape.get(3));
    network.forward(new ParameterStore(manager, false), new NDList(images(batch)), true);
    return network;
  }

  private NDArray images(Shape shape) {
    var random = new Random(SEED);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }

  @Test
  void fieldsTurnWithTheImageAtOddSizes() {
    var space = new FlipRot2dOnR2(4);
    FieldType image = FieldType.of(space, space.trivial(), 2);
    FieldType hidden = FieldType.of(space, space.regular(), 3);
    FieldType vectors = FieldType.of(space, space.irrep(1, 1), 2);
    var network =
        EquivariantSequential.of(
            R2Conv.builder(image, hidden).kernelSize(5).padding(2).build(),
            new InnerBatchNorm(hidden),
            new ReLU(hidden),
            PointwiseMaxPool.builder(hidden).kernelSize(3).stride(2).padding(1).build(),
            R2Conv.builder(hidden, vectors).kernelSize(3).padding(1).stride(2).build());
    var shape = new Shape(2, 2, 21, 21);
    trained(network, shape);
    var check = EquivarianceCheck.of(network);
    assertThat(check.findings(shape)).noneMatch(EquivarianceFinding::isWarning);
    assertThat(check.onGrid(images(shape)))
        .hasSize(8)
        .allMatch(deviation -> deviation.relative() <= EXACT);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 22, 24})
  void aSizeThatMissesTheCentreIsNamed(int size) {
    try (var network = ConstructionWarningsTest.strided(new Rot2dOnR2(4))) {
      var shape = new Shape(2, 1, size, size);
      trained(network, shape);
      var check = EquivarianceCheck.of(network);
      assertThat(check.onGrid(images(shape))).anyMatch(deviation -> deviation.relative() > 1e-2);
      List<EquivarianceFinding> findings = check.findings(shape);
      assertThat(findings).isNotEmpty();
      assertThat(findings.get(0).kind()).isEqualTo(Kind.OFF_CENTRE);
      assertThat(findings.get(0).layer()).isEqualTo("1 (PointwiseMaxPool)");
      String remedy = findings.get(0).remedy();
      assertThat(remedy).contains(size / 4 * 4 + 1 + " x " + (size / 4 * 4 + 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 21, 25})
  void theSizesAdvisedAreExact(int size) {
    try (var network = ConstructionWarningsTest.strided(new Rot2dOnR2(4))) {
      var shape = new Shape(2, 1, size, size);
      trained(network, shape);
      var check = EquivarianceCheck.of(network);
      assertThat(check.findings(shape)).isEmpty();
      assertThat(check.onGrid(images(shape))).allMatch(deviation -> deviation.relative() <= EXACT);
    }
  }

  @Test
  void partialWindowsAreTriedOut() {
    GSpace space = new Rot2dOnR2(4);
    FieldType type = FieldType.of(space, space.regular(), 1);
    var pool = PointwiseMaxPool.builder(type).kernelSize(2).ceilMode().build();
    var check = EquivarianceCheck.of(EquivariantSequential.of(pool));
    assertThat(check.findings(new Shape(1, 4, 8, 8))).isEmpty();
    assertThat(check.findings(new Shape(1, 4, 9, 9)))
        .singleElement()
        .extracting(EquivarianceFinding::kind)
        .isEqualTo(Kind.OFF_CENTRE);
  }

  @Test
  void aPublishedNetworkAtItsPublishedSizeIsFoundOut() {
    Block network = Presets.create("cifar10/e2wrn28-10-d8d4d4", 3, 10);
    List<EquivarianceFinding> findings =
        EquivarianceCheck.ofInvariant(network).findings(new Shape(1, 3, 32, 32));
    assertThat(findings)
        .filteredOn(finding -> finding.kind() == Kind.OFF_CENTRE)
        .extracting(EquivarianceFinding::layer)
        .containsExactly(
            "features.layer2.0.conv2 (R2Conv)",
            "features.layer2.0.shortcut (R2Conv)",
            "features.layer3.0.conv2 (R2Conv)",
            "features.layer3.0.shortcut (R2Conv)");
    assertThat(findings)
        .filteredOn(finding -> finding.kind() == Kind.OFF_CENTRE)
        .allMatch(finding -> finding.remedy().contains("29 x 29 or 33 x 33"));
  }

  @Test
  void deadOutputsAndIgnoredInputsAreNamed() {
    var space = FlipRot2dOnR2.continuous(2);
    FieldType in =
        FieldType.of(space, List.of(space.irrep(0, 0), space.irrep(0, 0), space.irrep(1, 2)));
    FieldType out =
        FieldType.of(space, List.of(space.irrep(0, 0), space.irrep(1, 0), space.irrep(1, 0)));
    R2Conv conv = R2Conv.builder(in, out).kernelSize(3).basis(b -> b.rings(0).sigma(0.5)).build();
    List<EquivarianceFinding> findings =
        EquivarianceCheck.of(EquivariantSequential.of(conv)).findings(new Shape(1, 4, 9, 9));
    assertThat(findings)
        .extracting(EquivarianceFinding::kind)
        .contains(Kind.DEAD_OUTPUT, Kind.IGNORED_INPUT);
    assertThat(findings.get(0).toString())
        .contains("0 (R2Conv)")
        .contains("2 output fields irrep_1,0")
        .contains("Add input fields");
    assertThat(findings.get(1).toString()).contains("1 input fields irrep_1,2");
  }

  @Test
  void aBandLimitIsNoWarning() {
    GSpace space = new Rot2dOnR2(8);
    R2Conv conv =
        R2Conv.builder(
                FieldType.of(space, space.trivial(), 1), FieldType.of(space, space.regular(), 1))
            .kernelSize(3)
            .build();
    assertThat(EquivarianceCheck.of(conv).findings(new Shape(1, 1, 9, 9)))
        .singleElement()
        .matches(finding -> finding.kind() == Kind.BAND_LIMITED && !finding.isWarning())
        .extracting(EquivarianceFinding::problem)
        .asString()
        .contains("irrep_3, irrep_4");
  }

  @Test
  void anglesBetweenAreMeasured() {
    GSpace space = new Rot2dOnR2(16);
    FieldType image = FieldType.of(space, space.trivial(), 1);
    FieldType hidden = FieldType.of(space, space.regular(), 4);
    var features =
        EquivariantSequential.of(
            new MaskModule(image, 33, 10),
            R2Conv.builder(image, hidden).kernelSize(7).build(),
            new ReLU(hidden),
            R2Conv.builder(hidden, hidden).kernelSize(7).build(),
            new GroupPooling(hidden));
    Block network =
        new Classifier(features, Classifier.Reduction.MEAN, Linear.builder().setUnits(3).build());
    var shape = new Shape(2, 1, 33, 33);
    Networks.initialize(network, manager, shape, 1);
    NDArray x = blobs(33);
    var check = EquivarianceCheck.ofInvariant(network);
    List<Deviation> curve = check.curve(x, 16);
    assertThat(curve).hasSize(16);
    assertThat(curve.get(4).relative()).isLessThanOrEqualTo(EXACT);
    assertThat(curve.get(1).relative()).isGreaterThan(0).isLessThan(0.3);
  }

  @Test
  void vectorFieldsOfContinuousGroupsAreTurnedByAsManyAnglesAsAskedFor() {
    GSpace space = FlipRot2dOnR2.continuous(1);
    FieldType image = FieldType.of(space, space.trivial(), 1);
    FieldType vectors = FieldType.of(space, space.irrep(1, 1), 2);
    var network = R2Conv.builder(image, vectors).kernelSize(7).padding(3).build();
    NDArray x = blobs(33);
    Networks.initialize(network, manager, x.getShape(), 1);
    List<Deviation> curve = EquivarianceCheck.of(network).curve(x, 8);
    assertThat(curve).hasSize(16);
    for (int k = 0; k < 16; k++) {
      double limit = k % 2 == 0 ? EXACT : 0.3;
      assertThat(curve.get(k).relative()).as("%s", curve.get(k)).isLessThanOrEqualTo(limit);
    }
    assertThat(curve.get(1).relative()).isGreaterThan(EXACT);
  }

  @Test
  void mirroringsAreAboutTheAxisOfTheSpace() {
    GSpace space = new Flip2dOnR2(0);
    FieldType image = FieldType.of(space, space.trivial(), 1);
    var network = R2Conv.builder(image, image).kernelSize(5).padding(2).build();
    NDArray x = blobs(33);
    Networks.initialize(network, manager, x.getShape(), 1);
    List<Deviation> curve = EquivarianceCheck.of(network).curve(x, 4);
    assertThat(curve).hasSize(8);
    assertThat(curve.get(4).element().reflection()).isEqualTo(1);
    assertThat(curve.get(4).relative()).isLessThanOrEqualTo(EXACT);
    assertThat(curve.get(1).relative()).as("a quarter turn").isGreaterThan(1e-2);
    assertThat(curve.get(6).relative()).as("the other mirroring").isGreaterThan(1e-2);
  }

  /** One image of a few smooth blobs off the centre. */
  private NDArray blobs(int size) {
    double[][] centres = {{0.3, 0.4}, {0.6, 0.35}, {0.5, 0.7}};
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      for (double[] centre : centres) {
        int row = i / size;
        double dy = row / (double) size - centre[0];
        double dx = (i % size) / (double) size - centre[1];
        values[i] += (float) Math.exp(-(dx * dx + dy * dy) / 0.02);
      }
    }
    return manager.create(values, new Shape(1, 1, size, size));
  }

  @Test
  void imagesMustBeSquare() {
    var check = EquivarianceCheck.of(ConstructionWarningsTest.strided(new Rot2dOnR2(4)));
    NDArray x = manager.ones(new Shape(1, 1, 8, 9));
    assertThatThrownBy(() -> check.onGrid(x)).hasMessageContaining("(1, 1, 8, 9)");
    assertThatThrownBy(() -> EquivarianceCheck.ofInvariant(Presets.create("quickstart/cnn", 1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void restrictedNetworksAreCheckedByWhatIsLeft() {
    GSpace space = new FlipRot2dOnR2(8);
    FieldType image = FieldType.of(space, space.trivial(), 1);
    FieldType hidden = FieldType.of(space, space.regular(), 2);
    var first = R2Conv.builder(image, hidden).kernelSize(5).padding(2).build();
    var restriction = new RestrictionModule(hidden, SubgroupId.dihedral(1, 4));
    var split = new DisentangleModule(restriction.outType());
    FieldType last = FieldType.of(split.outType().gspace(), split.outType().gspace().regular(), 1);
    var network =
        EquivariantSequential.of(
            first,
            restriction,
            split,
            R2Conv.builder(split.outType(), last).kernelSize(3).padding(1).build());
    var shape = new Shape(2, 1, 11, 11);
    trained(network, shape);
    // The reflections that are left have axes between those of the pixel grid's mirrorings.
    assertThat(EquivarianceCheck.of(network).onGrid(images(shape)))
        .allMatch(deviation -> deviation.relative() <= EXACT)
        .hasSizeGreaterThanOrEqualTo(4);
  }
}
