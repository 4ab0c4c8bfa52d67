package org.e2spark.nn.check;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.List;
import java.util.stream.Stream;
import org.e2spark.CapturedLog;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.e2spark.model.Classifier;
import org.e2spark.model.Networks;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.nn.EquivarianceFinding;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.MultipleModule;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.R2ConvTransposed;
import org.e2spark.nn.convolution.TensorProduct;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the log says when a network is built and initialised. */
class ConstructionWarningsTest {

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  private static List<String> warnings(CapturedLog.Action action) throws Exception {
    return CapturedLog.linesOf("WARN", action);
  }

  /** Two strides: sizes 4 k + 1 keep to the centre. */
  static EquivariantSequential strided(GSpace space) {
    FieldType image = FieldType.of(space, space.trivial(), 1);
    FieldType hidden = FieldType.of(space, space.regular(), 2);
    return EquivariantSequential.of(
        R2Conv.builder(image, hidden).kernelSize(3).padding(1).build(),
        PointwiseMaxPool.builder(hidden).kernelSize(3).stride(2).padding(1).build(),
        R2Conv.builder(hidden, hidden).kernelSize(3).padding(1).stride(2).build());
  }

  private static Block classifier(EquivariantModule features) {
    return new Classifier(
        features, Classifier.Reduction.MEAN, Linear.builder().setUnits(3).build());
  }

  @Test
  void aStrideThatMissesTheCentreIsNamedWithItsRemedy() throws Exception {
    Block network = classifier(strided(new Rot2dOnR2(4)));
    List<String> warnings =
        warnings(() -> Networks.initialize(network, manager, new Shape(1, 1, 24, 24), 1));
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0))
        .contains("1 (PointwiseMaxPool): from 24 x 24 pixels")
        .contains("Use images of 21 x 21 or 25 x 25 pixels");
    assertThat(warnings.get(1)).contains("2 (R2Conv): from 12 x 12 pixels");
  }

  @Test
  void itIsSaidOnceForEverySize() throws Exception {
    Block network = classifier(strided(new Rot2dOnR2(4)));
    Networks.initialize(network, manager, new Shape(1, 1, 22, 22), 1);
    assertThat(
            warnings(() -> network.initialize(manager, DataType.FLOAT32, new Shape(16, 1, 22, 22))))
        .isEmpty();
    assertThat(
            warnings(() -> network.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 24, 24))))
        .hasSize(2);
  }

  @Test
  void nothingIsSaidWhereNothingIsWrong() throws Exception {
    Block network = classifier(strided(new Rot2dOnR2(4)));
    assertThat(warnings(() -> Networks.initialize(network, manager, new Shape(1, 1, 21, 21), 1)))
        .isEmpty();
    Block plain = classifier(strided(new TrivialOnR2()));
    assertThat(warnings(() -> Networks.initialize(plain, manager, new Shape(1, 1, 22, 22), 1)))
        .as("only translations")
        .isEmpty();
  }

  @Test
  void onlyAxesThatTheSymmetriesMoveMustBeCentred() throws Exception {
    Shape wide = new Shape(1, 1, 22, 25);
    Shape high = new Shape(1, 1, 25, 22);
    var mirrored = new Flip2dOnR2();
    assertThat(warnings(() -> Networks.initialize(strided(mirrored), manager, wide, 1))).isEmpty();
    assertThat(warnings(() -> Networks.initialize(strided(mirrored), manager, high, 1))).hasSize(1);
    var upsideDown = new Flip2dOnR2(0);
    assertThat(warnings(() -> Networks.initialize(strided(upsideDown), manager, wide, 1)))
        .hasSize(1);
    assertThat(warnings(() -> Networks.initialize(strided(upsideDown), manager, high, 1)))
        .isEmpty();
    var oblique = new Flip2dOnR2(0.4);
    assertThat(warnings(() -> Networks.initialize(strided(oblique), manager, wide, 1))).hasSize(1);
  }

  @Test
  void blocksOfDjlMayStandAround() throws Exception {
    EquivariantSequential first = strided(new Rot2dOnR2(4));
    FieldType hidden = first.outType();
    var pool = PointwiseMaxPool.builder(hidden).kernelSize(3).stride(2).build();
    Block network = new SequentialBlock().add(first).add(new SequentialBlock().add(pool));
    // 21 -> 11 -> 6, and windows of 3 pixels by steps of 2 do not end where 6 pixels do.
    List<String> warnings =
        warnings(() -> network.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 21, 21)));
    assertThat(warnings).singleElement().asString().contains("PointwiseMaxPool: from 6 x 6 pixels");
  }

  @Test
  void branchesAreJudgedByTheImagesTheyAreGiven() throws Exception {
    GSpace space = new Rot2dOnR2(4);
    FieldType scalar = FieldType.of(space, space.trivial(), 1);
    var pool = PointwiseMaxPool.builder(scalar).kernelSize(3).stride(2).padding(1).build();
    var branches =
        MultipleModule.builder(scalar, List.of("a"))
            .branch("a", R2Conv.builder(scalar, scalar).kernelSize(3).padding(1).stride(2).build())
            .build();
    var network = EquivariantSequential.of(pool, branches);
    List<String> warnings =
        warnings(() -> Networks.initialize(network, manager, new Shape(1, 1, 24, 24), 1));
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(1))
        .contains("1.merging.submodule_0 (R2Conv): from 12 x 12 pixels it makes 6 x 6");
    assertThat(warnings(() -> Networks.initialize(network, manager, new Shape(1, 1, 25, 25), 1)))
        .isEmpty();
  }

  @Test
  void paddingTheOutputOnOneSideMissesTheCentre() throws Exception {
    GSpace space = new Rot2dOnR2(4);
    FieldType type = FieldType.of(space, space.regular(), 1);
    var builder = R2ConvTransposed.builder(type, type).kernelSize(3).stride(2).padding(1);
    R2ConvTransposed symmetric = builder.build();
    R2ConvTransposed lopsided = builder.outputPadding(1).build();
    Shape images = new Shape(1, 4, 9, 9);
    assertThat(warnings(() -> Networks.initialize(symmetric, manager, images, 1))).isEmpty();
    assertThat(warnings(() -> Networks.initialize(lopsided, manager, images, 1)))
        .singleElement()
        .asString()
        .contains("R2ConvTransposed: from 9 x 9 pixels it makes 18 x 18 samples")
        .contains("Leave out its output padding");
  }

  @Test
  void fieldsThatNoKernelReaches() throws Exception {
    GSpace space = FlipRot2dOnR2.continuous(2);
    FieldType in = FieldType.of(space, space.irrep(0, 0), space.irrep(0, 0));
    FieldType out = FieldType.of(space, space.irrep(1, 0), space.irrep(0, 0), space.irrep(1, 0));
    assertThat(warnings(() -> R2Conv.builder(in, out).kernelSize(5).build()))
        .singleElement()
        .asString()
        .contains("R2Conv (2 x irrep_0,0 -> 2 x irrep_1,0, 1 x irrep_0,0)")
        .contains("its 2 output fields irrep_1,0 receive no kernel from 2 x irrep_0,0")
        .contains("they hold nothing but a bias")
        .contains("No kernel of any size connects these fields: add input fields that reach them");
    assertThat(warnings(() -> R2Conv.builder(out, in).kernelSize(5).build()))
        .singleElement()
        .asString()
        .contains("no kernel leads from its 2 input fields irrep_1,0 to 2 x irrep_0,0")
        .contains("add output fields for them");
  }

  @Test
  void fieldsThatTheCutoffLeavesOut() throws Exception {
    GSpace space = Rot2dOnR2.continuous(3);
    FieldType scalars = FieldType.of(space, space.irrep(0), 1);
    FieldType all = FieldType.of(space, space.irrep(0), space.irrep(1), space.irrep(3));
    assertThat(warnings(() -> R2Conv.builder(scalars, all).kernelSize(3).build()))
        .singleElement()
        .asString()
        .contains("its 1 output fields irrep_3")
        .contains("raise the frequency cutoff");
    assertThat(warnings(() -> R2Conv.builder(scalars, all).kernelSize(7).build())).isEmpty();
  }

  @Test
  void irrepsInsideAFieldThatNoKernelReaches() throws Exception {
    GSpace space = FlipRot2dOnR2.continuous(2);
    Representation scalarPair =
        space.induced(
            SubgroupId.withoutReflections(-1),
            space.fiberGroup().subgroup(SubgroupId.withoutReflections(-1)).group().irrep(0));
    FieldType scalars = FieldType.of(space, space.trivial(), 1);
    FieldType pairs = FieldType.of(space, scalarPair, 3);
    assertThat(warnings(() -> R2Conv.builder(scalars, pairs).kernelSize(5).build()))
        .singleElement()
        .asString()
        .contains("the irreps [irrep_1,0] of its 3 output fields induced")
        .contains("the channels of each field depend on each other")
        .contains("No kernel of any size");
    assertThat(warnings(() -> R2Conv.builder(pairs, scalars).kernelSize(5).build()))
        .singleElement()
        .asString()
        .contains("no kernel leads from the irreps [irrep_1,0] of its 3 input fields induced");
    assertThat(warnings(() -> R2Conv.builder(pairs, pairs).kernelSize(5).build())).isEmpty();
  }

  @Test
  void channelsInsideAFieldThatNoKernelReaches() throws Exception {
    GSpace space = Rot2dOnR2.continuous(3);
    Representation stacked =
        Representation.directSum(List.of(space.irrep(0), space.irrep(1), space.irrep(3)), "stack");
    FieldType scalars = FieldType.of(space, space.trivial(), 1);
    FieldType stacks = FieldType.of(space, stacked, 2);
    assertThat(warnings(() -> R2Conv.builder(scalars, stacks).kernelSize(3).build()))
        .singleElement()
        .asString()
        .contains("the irreps [irrep_3] of its 2 output fields stack")
        .contains("2 of each field's 5 channels hold nothing but a bias");
    assertThat(warnings(() -> R2Conv.builder(scalars, stacks).kernelSize(7).build())).isEmpty();
  }

  @Test
  void productsMayBeUsedInPart() throws Exception {
    GSpace space = FlipRot2dOnR2.continuous(2);
    FieldType vectors = FieldType.of(space, space.irrep(1, 1), 2);
    FieldType scalars = FieldType.of(space, space.trivial(), 2);
    assertThat(warnings(() -> new TensorProduct(vectors, scalars))).isEmpty();
  }

  /** Networks of the publications that are sound at their published sizes. */
  static Stream<String> soundPresets() {
    return Presets.table().stream()
        .filter(preset -> !preset.group().equals("none"))
        .map(Preset::name)
        .filter(name -> !name.startsWith("cifar") && !name.startsWith("stl10"))
        .filter(name -> !name.matches(".*-o2-f\\d"));
  }

  @ParameterizedTest
  @MethodSource("soundPresets")
  void soundPresetsAreBuiltInSilence(String preset) throws Exception {
    int channels = preset.contains("e2wrn") ? 3 : 1;
    int size = Presets.imageSize(preset);
    Block[] network = new Block[1];
    assertThat(warnings(() -> network[0] = Presets.create(preset, channels, 10))).isEmpty();
    assertThat(
            EquivarianceCheck.ofInvariant(network[0]).findings(new Shape(1, channels, size, size)))
        .noneMatch(EquivarianceFinding::isWarning);
  }

  /** In the reference's O(2) networks, the first layer maps scalars to pseudo-scalars too. */
  @Test
  void publishedNetworksWithDeadFieldsAreFoundOut() throws Exception {
    assertThat(warnings(() -> Presets.create("mnist-bench/hnet_conv-o2-f1", 1, 10)))
        .anyMatch(line -> line.contains("output fields irrep_1,0 receive no kernel"));
    assertThat(warnings(() -> Presets.create("mnist-bench/inducedhnet_conv-o2-f1", 1, 10)))
        .anyMatch(line -> line.contains("the irreps [irrep_1,0] of its 16 output fields induced"));
  }
}
