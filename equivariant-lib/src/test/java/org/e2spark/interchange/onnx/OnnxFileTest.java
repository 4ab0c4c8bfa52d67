package org.e2spark.interchange.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.Sequence;
import org.e2spark.interchange.TorchScript;
import org.e2spark.interchange.UnsupportedExportException;
import org.e2spark.model.Networks;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Written models give in ONNX Runtime what the networks give.
 *
 * <p>{@code -De2spark.export.large=true} adds the families of large networks.
 */
class OnnxFileTest {

  /** Pixels along each side of an image; networks for larger ones take smaller ones, too. */
  private static final int LARGEST = 33;

  private static final float CLOSE = 1e-4f;

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Autograd paused = Autograd.pause();
  private final ParameterStore store = new ParameterStore(manager, false);

  @BeforeEach
  void seed() {
    manager.getEngine().setRandomSeed(5);
  }

  @AfterEach
  void close() {
    paused.close();
  }

  @Test
  void everyKindOfLayerIsKnown() {
    Set<Class<?>> kinds =
        Stream.of(PlainLayer.class.getPermittedSubclasses()).collect(Collectors.toSet());
    kinds.remove(Sequence.class);
    assertThat(LayerNodes.kinds()).isEqualTo(kinds);
  }

  /** Of each family the network that computes least; those without symmetries last. */
  static List<Preset> families() {
    Map<String, Preset> smallest = new TreeMap<>();
    Presets.table().stream()
        .filter(preset -> Boolean.getBoolean("e2spark.export.large") || !isLarge(preset.name()))
        .sorted(
            Comparator.comparing((Preset preset) -> preset.group().equals("C1"))
                .thenComparing(Preset::operations))
        .forEach(preset -> smallest.putIfAbsent(family(preset.name()), preset));
    return List.copyOf(smallest.values());
  }

  private static boolean isLarge(String name) {
    return name.contains("-final/") || name.contains("resnet50");
  }

  /** A name without its group, and without its data set where only that differs. */
  private static String family(String name) {
    return name.replaceFirst("-(c|d|so|o)\\d.*", "")
        .replaceFirst("^(cifar10|cifar100|stl10|examples)/(e2wrn|wrn).*", "$2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void presets(Preset preset, @TempDir Path folder) throws Exception {
    int size = Math.min(preset.imageSize(), LARGEST);
    Shape image = new Shape(preset.channels(), size, size);
    Block network = trained(preset.name(), image);
    NDArray x = manager.randomNormal(new Shape(2).addAll(image));
    NDArray expected = given(network, x);
    Path file = folder.resolve("network.onnx");
    try (PlainNetwork plain = PlainNetwork.of(network)) {
      write(plain, image, file);
      TorchScript.write(plain, folder.resolve("network.pt"));
    }
    try (Model model = Model.newInstance("network", "PyTorch")) {
      model.load(folder, "network");
      assertGiven(given(model.getBlock(), x), expected, network, x);
    }
    try (OnnxSession session = OnnxSession.open(file)) {
      assertGiven(session.run(x), expected, network, x);
      NDArray first = x.get("0:1");
      assertGiven(session.run(first), expected.get("0:1"), network, first);
      assertThat(session.metadata()).containsEntry("classes", "a,ı");
    }
  }

  @Test
  void pixelsAreNormalizedInside(@TempDir Path folder) throws Exception {
    Shape image = new Shape(3, 32, 32);
    Block network = Presets.create("examples/e2wrn10-4-reflection", 3, 10);
    Networks.initialize(network, manager, new Shape(2).addAll(image), 3);
    List<Double> mean = List.of(0.1, 0.5, 0.3);
    List<Double> std = List.of(0.2, 0.25, 0.5);
    NDArray pixels =
        manager
            .randomInteger(0, 256, new Shape(2).addAll(image), DataType.INT32)
            .toType(DataType.UINT8, false);
    NDArray normalized =
        pixels
            .toType(DataType.FLOAT32, false)
            .div(255)
            .sub(manager.create(new float[] {0.1f, 0.5f, 0.3f}, new Shape(3, 1, 1)))
            .div(manager.create(new float[] {0.2f, 0.25f, 0.5f}, new Shape(3, 1, 1)));
    NDArray expected = network.forward(store, new NDList(normalized), false).singletonOrThrow();
    Path file = folder.resolve("network.onnx");
    try (PlainNetwork plain = PlainNetwork.ofPixels(network, mean, std)) {
      assertClose(plain.forward(store, new NDList(pixels), false).singletonOrThrow(), expected);
      write(plain, image, file);
      TorchScript.write(plain, folder.resolve("network.pt"));
    }
    try (OnnxSession session = OnnxSession.open(file);
        Model model = Model.newInstance("network", "PyTorch")) {
      assertClose(session.run(pixels), expected);
      model.load(folder, "network");
      assertClose(
          model.getBlock().forward(store, new NDList(pixels), false).singletonOrThrow(), expected);
    }
    assertThatThrownBy(() -> PlainNetwork.ofPixels(network, mean, List.of(1.0)))
        .hasMessageContaining("one of each a channel");
  }

  @Test
  void doublePrecisionIsRefusedAndLeavesNoFile(@TempDir Path folder) throws Exception {
    Shape image = new Shape(1, 29, 29);
    Block network = Presets.create("quickstart/cnn", 1, 10);
    Networks.initialize(network, manager, new Shape(2).addAll(image), 3, DataType.FLOAT64);
    Path file = Files.writeString(folder.resolve("network.onnx"), "what was there before");
    try (PlainNetwork plain = PlainNetwork.of(network)) {
      assertThatThrownBy(() -> OnnxFile.write(plain, image, Map.of(), file))
          .isInstanceOf(UnsupportedExportException.class)
          .hasMessageContaining("float32");
    }
    assertThat(file).hasContent("what was there before");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void nodesAreCheckedAgainstTheTableOfOperators() {
    var graph = new OnnxGraph(Map.of());
    assertThatThrownBy(() -> graph.add(OnnxOperator.CONV, "x"))
        .hasMessage("Conv takes 2 to 3 inputs, not 1");
    assertThatThrownBy(() -> graph.add(OnnxOperator.CONCAT, "x")).hasMessage("Concat needs [axis]");
    assertThatThrownBy(() -> graph.node(OnnxOperator.RELU, "x").integer("axis", 1).output())
        .hasMessageContaining("Relu has no attribute axis");
  }

  private Block trained(String preset, Shape image) {
    Block network = Presets.create(preset, (int) image.get(0), 10);
    Shape batch = new Shape(2).addAll(image);
    Networks.initialize(network, manager, batch, 3);
    for (int step = 0; step < 2; step++) {
      network.forward(store, new NDList(manager.randomNormal(batch).mul(2).add(0.3)), true).close();
    }
    return network;
  }

  private static void write(PlainNetwork plain, Shape image, Path file) {
    try {
      OnnxFile.write(plain, image, Map.of("classes", "a,ı"), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(distance(actual, expected)).isLessThan(CLOSE);
  }

  private static float distance(NDArray actual, NDArray expected) {
    float scale = Math.max(1, expected.abs().max().getFloat());
    return actual.sub(expected).abs().max().getFloat() / scale;
  }

  /**
   * What a network gives of each image, or of one that rounding could have made of it: vectors have
   * the direction of the largest of several numbers, and jump where the two largest are equal.
   */
  private void assertGiven(NDArray actual, NDArray expected, Block network, NDArray images) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    for (long i = 0; i < images.size(0); i++) {
      String one = i + ":" + (i + 1);
      float nearest = distance(actual.get(one), expected.get(one));
      for (int neighbour = 0; nearest >= CLOSE && neighbour < 64; neighbour++) {
        NDArray image = images.get(one);
        NDArray rounding = manager.randomNormal(image.getShape()).mul(1e-6f);
        NDArray near = given(network, image.add(image.mul(rounding)));
        nearest = Math.min(nearest, distance(actual.get(one), near));
      }
      assertThat(nearest).isLessThan(CLOSE);
    }
  }

  private NDArray given(Block network, NDArray images) {
    return network.forward(store, new NDList(images), false).singletonOrThrow();
  }
}
