package org.e2spark.interchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.ModuleList;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole networks in plain form. */
class NetworkExportTest {

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final ParameterStore store = new ParameterStore(manager, false);

  @ParameterizedTest
  @CsvSource({
    "quickstart/c8, 29",
    "quickstart/cnn, 29",
    "mnist-bench/cnn, 28",
    "mnist-bench/regular-d1, 28",
    "mnist-bench/quotient-c4, 28",
    "mnist-restrict/c16-c1-r1, 28",
    "examples/e2wrn10-4-reflection, 33",
    "stl10/e2wrn16-8-d1d1d1-same-channels, 32"
  })
  void presets(String preset, int size) {
    Block network = trained(Presets.create(preset, 1, 10), new Shape(2, 1, size, size));
    NDArray x = images(new Shape(3, 1, size, size), 11);
    NDArray expected = network.forward(store, new NDList(x), false).singletonOrThrow();
    try (PlainNetwork plain = PlainNetwork.of(network)) {
      ExportTest.assertClose(plain, x, expected, preset);
    }
  }

  /** Of images and of vectors, with a number of its own added to variances. */
  @Test
  void normalizationsOfDjlsOwn() {
    var flat =
        new SequentialBlock()
            .add(Linear.builder().setUnits(5).build())
            .add(BatchNorm.builder().optEpsilon(0.3f).build())
            .add(Linear.builder().setUnits(3).build());
    trained(flat, new Shape(6, 4));
    NDArray x = images(new Shape(3, 4), 11);
    NDArray expected = flat.forward(store, new NDList(x), false).singletonOrThrow();
    try (PlainNetwork plain = PlainNetwork.of(flat)) {
      ExportTest.assertClose(plain, x, expected, "vectors");
    }
    Block images = trained(BatchNorm.builder().optCenter(false).build(), new Shape(6, 4, 3, 3));
    NDArray y = images(new Shape(3, 4, 3, 3), 12);
    NDArray normalized = images.forward(store, new NDList(y), false).singletonOrThrow();
    try (PlainNetwork plain = PlainNetwork.of(images)) {
      ExportTest.assertClose(plain, y, normalized, "images");
    }
  }

  @Test
  void normalizationsBecomePartOfConvolutions() {
    try (EquivariantSequential network = small();
        PlainNetwork plain = network.export()) {
      assertThat(((Sequence) plain.layers()).layers())
          .hasExactlyElementsOfTypes(
              Convolution.class, Elementwise.class, Convolution.class, Elementwise.class);
      assertThat(plain.getChildren().get(0).getValue().getChildren().values())
          .filteredOn(Conv2d.class::isInstance)
          .hasSize(2);
    }
  }

  /**
   * Two convolutions with different normalisations, trained a little, at double precision or not.
   */
  private EquivariantSequential small() {
    var space = new Rot2dOnR2(8);
    FieldType in = FieldType.of(space, space.trivial(), 1);
    FieldType hidden = FieldType.of(space, List.of(space.regular(), space.trivial()));
    var network =
        EquivariantSequential.of(
            R2Conv.builder(in, hidden).kernelSize(3).build(),
            new InnerBatchNorm(hidden),
            new ReLU(hidden),
            R2Conv.builder(hidden, hidden).kernelSize(3).noBias().build(),
            new GNormBatchNorm(hidden),
            new ELU(hidden));
    trained(network, new Shape(4, 1, 9, 9));
    return network;
  }

  private NDArray images(Shape shape, long seed) {
    return ExportTest.normal(manager, shape, DataType.FLOAT32, new Random(seed));
  }

  private <T extends Block> T trained(T network, Shape shape) {
    Networks.initialize(network, manager, shape, 3);
    for (int step = 0; step < 2; step++) {
      NDArray x = images(shape, step).mul(2).add(0.3);
      network.forward(store, new NDList(x), true);
    }
    return network;
  }

  @Test
  void parametersSaveAndLoadInDjlsFormat() throws Exception {
    NDArray x = images(new Shape(2, 1, 9, 9), 12);
    try (EquivariantSequential network = small();
        PlainNetwork plain = network.export();
        EquivariantSequential other = small()) {
      other.close();
      Networks.initialize(other, manager, new Shape(4, 1, 9, 9), 77);
      var bytes = new ByteArrayOutputStream();
      plain.saveParameters(new DataOutputStream(bytes));
      try (PlainNetwork loaded = other.export()) {
        loaded.loadParameters(
            manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        NDArray expected = plain.forward(store, new NDList(x), false).singletonOrThrow();
        assertThat(loaded.forward(store, new NDList(x), false).singletonOrThrow())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void listsAndPartsOfNetworksAreExportedOneByOne() {
    var space = new Rot2dOnR2(4);
    FieldType in = FieldType.of(space, space.trivial(), 2);
    FieldType hidden = FieldType.of(space, space.regular(), 3);
    List<EquivariantModule> modules =
        List.of(
            R2Conv.builder(in, hidden).kernelSize(3).build(),
            PointwiseMaxPool.of(hidden, 2),
            R2Conv.builder(hidden, in).kernelSize(3).padding(1).build());
    Shape shape = new Shape(2, 2, 12, 12);
    for (Block network : List.of(new ModuleList(modules), EquivariantSequential.of(modules))) {
      Networks.initialize(network, manager, shape, 5);
    }
    NDArray x = images(shape, 1);
    List<PlainNetwork> plain = new ModuleList(modules).export();
    for (int i = 0; i < modules.size(); i++) {
      NDArray y = modules.get(i).forward(modules.get(i).inType().wrap(x)).array();
      ExportTest.assertClose(plain.get(i), x, y, "module " + i);
      assertThat(plain.get(i).getOutputShapes(new Shape[] {x.getShape()}))
          .containsExactly(y.getShape());
      plain.get(i).close();
      modules.get(i).close();
      x = y;
    }
  }

  @Test
  void djlsOwnBlocks() {
    var block = new SequentialBlock();
    block.add(
        Conv2d.builder()
            .setKernelShape(new Shape(3, 3))
            .setFilters(4)
            .optStride(new Shape(2, 2))
            .build());
    block.add(Activation.eluBlock(0.7f));
    block.add(Activation.leakyReluBlock(0.2f));
    block.add(Activation.reluBlock());
    block.add(Activation.sigmoidBlock());
    block.add(Activation.tanhBlock());
    trained(block, new Shape(2, 3, 9, 9));
    NDArray x = images(new Shape(2, 3, 9, 9), 13);
    NDArray expected = block.forward(store, new NDList(x), false).singletonOrThrow();
    try (PlainNetwork plain = PlainNetwork.of(block)) {
      ExportTest.assertClose(plain, x, expected, "stock");
    }
  }

  @Test
  void whatCannotBeExportedIsNamed() {
    var block = new SequentialBlock();
    block.add(new LambdaBlock(x -> x, "my own"));
    assertThatThrownBy(() -> PlainNetwork.of(block))
        .isInstanceOf(UnsupportedExportException.class)
        .hasMessageContaining("my own");
    assertThatThrownBy(() -> PlainNetwork.of(Linear.builder().setUnits(2).build()))
        .hasMessageContaining("weight");
  }

  @Test
  void torchScriptFilesAreModelsOfTheirOwn(@TempDir Path folder) throws Exception {
    NDArray x = images(new Shape(2, 1, 29, 29), 14);
    Block network = trained(Presets.create("quickstart/c8", 1, 10), new Shape(2, 1, 29, 29));
    NDArray expected = network.forward(store, new NDList(x), false).singletonOrThrow();
    try (PlainNetwork plain = PlainNetwork.of(network)) {
      Files.writeString(folder.resolve("c8.pt"), "what was there before");
      TorchScript.write(plain, folder.resolve("c8.pt"));
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("c8.pt"));
    }
    try (Model model = Model.newInstance("c8", "PyTorch")) {
      model.load(folder, "c8");
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
        NDArray actual = predictor.predict(new NDList(x)).singletonOrThrow();
        float scale = expected.abs().max().getFloat();
        assertThat(actual.sub(expected).abs().max().getFloat() / scale).isLessThan(1e-5f);
      }
    }
  }
}
