package org.e2spark.interchange;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.e2spark.interchange.onnx.OnnxFile;
import org.e2spark.interchange.onnx.OnnxSession;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.container.MergeModule;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every block that has a plain form, with random types and options, gives what its plain form
 * gives: as a DJL network, in both precisions, as a TorchScript file, and in ONNX Runtime.
 *
 * <p>{@code -De2spark.export.seed=N} draws other blocks and images; failures name the seed.
 */
class ExportTest {

  private static final int DRAWS = 8;
  private static final long SEED = Long.getLong("e2spark.export.seed", 1);

  /** The concrete blocks among the compiled classes, so that a new one cannot be forgotten. */
  static List<String> blocks() throws IOException, URISyntaxException {
    Path classes =
        Path.of(
            EquivariantModule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && file.startsWith("org"))
          .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
          .filter(ExportTest::isExported)
          .sorted()
          .toList();
    }
  }

  /** Private ones are parts of networks, and exported with them. */
  private static boolean isExported(String name) {
    try {
      Class<?> type = Class.forName(name, false, ExportTest.class.getClassLoader());
      return HasPlainForm.class.isAssignableFrom(type)
          && Block.class.isAssignableFrom(type)
          && Modifier.isPublic(type.getModifiers())
          && !Modifier.isAbstract(type.getModifiers());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void plainFormGivesEqualOutputs(String className, @TempDir Path folder) {
    for (long seed = SEED; seed < SEED + DRAWS; seed++) {
      DataType type = seed % 2 == 0 ? DataType.FLOAT64 : DataType.FLOAT32;
      String label = className + " seed " + seed;
      Drawn drawn = draw(className, seed);
      assertThat(drawn)
          .as("A recipe for %s in RandomModules or RandomBlocks", className)
          .isNotNull();
      try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
        check(drawn, type, manager, seed, label, folder.resolve("seed" + seed + ".pt"));
      } catch (RuntimeException e) {
        throw new AssertionError(label, e);
      }
    }
  }

  private static Drawn draw(String className, long seed) {
    EquivariantModule module = RandomModules.draw(className, seed);
    if (module == null) {
      module = RandomFieldModules.draw(className, seed);
    }
    if (module == null) {
      return RandomBlocks.draw(className, seed);
    }
    // A mask is for square images of one size.
    long height = module instanceof MaskModule ? 10 : 9 + Math.floorMod(seed, 3);
    return new Drawn(module, List.of(new Shape(3, module.inType().size(), height, 10)));
  }

  private static void check(
      Drawn drawn, DataType type, NDManager manager, long seed, String label, Path file) {
    Block block = drawn.block();
    initialize(drawn, type, manager, seed);
    var random = new Random(seed);
    train(drawn, type, manager, random);
    NDList inputs = images(drawn, type, manager, random);
    NDArray expected = forward(block, inputs, false);
    Map<String, double[]> before = state(block);

    try (PlainNetwork plain = PlainNetwork.of(block)) {
      assertThat(plain.getParameters().values().stream().noneMatch(Parameter::requiresGradient))
          .as(label)
          .isTrue();
      assertClose(forward(plain, inputs, false), expected, label);
      Map<String, double[]> after = state(block);
      assertThat(after).as(label).containsOnlyKeys(before.keySet());
      after.forEach(
          (name, values) -> assertThat(values).as(label + " " + name).isEqualTo(before.get(name)));
      assertThat(forward(block, inputs, false)).as(label).isEqualTo(expected);
      close(block);
      assertClose(forward(plain, inputs, false), expected, label + ", original closed");
      if (inputs.size() == 1) {
        assertClose(scripted(plain, file, inputs), expected, label + " as TorchScript");
        if (type == DataType.FLOAT32) {
          assertClose(onnx(plain, file, inputs), expected, label + " as ONNX");
        }
      }
      assertFreed(plain, label);
    }
  }

  private static void initialize(Drawn drawn, DataType type, NDManager manager, long seed) {
    if (drawn.block() instanceof MergeModule merge) {
      Shape images = drawn.inputs().get(0);
      for (MergeModule.Branch branch : merge.branches()) {
        int channels = branch.module().inType().size();
        var shape = new Shape(images.get(0), channels, images.get(2), images.get(3));
        Networks.initialize(branch.module(), manager, shape, seed, type);
      }
      merge.initialize(manager, type, drawn.inputs().toArray(Shape[]::new));
    } else {
      Networks.initialize(drawn.block(), manager, drawn.inputs().get(0), seed, type);
    }
  }

  private static void close(Block block) {
    if (block instanceof EquivariantModule module) {
      module.close();
    } else {
      block.clear();
    }
  }

  private static NDArray scripted(PlainNetwork plain, Path file, NDList inputs) {
    try {
      TorchScript.write(plain, file);
      try (Model model = Model.newInstance("plain", "PyTorch")) {
        String name = file.getFileName().toString();
        model.load(file.getParent(), name.substring(0, name.length() - ".pt".length()));
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
          NDArray y = predictor.predict(inputs).singletonOrThrow();
          y.attach(inputs.getManager());
          return y;
        }
      }
    } catch (IOException | MalformedModelException | TranslateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static NDArray onnx(PlainNetwork plain, Path folder, NDList inputs) {
    Path file = folder.resolveSibling(folder.getFileName() + ".onnx");
    NDArray x = inputs.singletonOrThrow();
    try {
      OnnxFile.write(plain, x.getShape().slice(1), Map.of(), file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    try (OnnxSession session = OnnxSession.open(file)) {
      return session.run(x);
    }
  }

  private static NDList images(Drawn drawn, DataType type, NDManager manager, Random random) {
    NDList images = new NDList();
    for (Shape shape : drawn.inputs()) {
      images.add(normal(manager, shape, type, random));
    }
    return images;
  }

  /** Normally distributed numbers that depend on the generator alone. */
  static NDArray normal(NDManager manager, Shape shape, DataType type, Random random) {
    double[] values = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return manager.create(values, shape).toType(type, false);
  }

  /** Moves statistics, and parameters away from zeros and ones. */
  private static void train(Drawn drawn, DataType type, NDManager manager, Random random) {
    for (Parameter parameter : StateDict.of(drawn.block()).values()) {
      NDArray values = parameter.getArray();
      if (parameter.requiresGradient()) {
        values.setRequiresGradient(false);
        values.addi(normal(manager, values.getShape(), type, random).mul(0.2));
        values.setRequiresGradient(true);
      }
    }
    for (int step = 0; step < 2; step++) {
      NDList x = images(drawn, type, manager, random);
      NDList moved = new NDList(x.stream().map(array -> array.mul(1.5).add(0.4)).toList());
      forward(drawn.block(), moved, true).close();
    }
  }

  /** Several outputs after one another along the channels, as the plain form gives them. */
  private static NDArray forward(Block block, NDList inputs, boolean training) {
    NDList y = block.forward(new ParameterStore(inputs.getManager(), false), inputs, training);
    return y.size() == 1 ? y.get(0) : NDArrays.concat(y, 1);
  }

  private static Map<String, double[]> state(Block block) {
    Map<String, double[]> values = new TreeMap<>();
    StateDict.of(block).forEach((name, p) -> values.put(name, PlainArrays.values(p.getArray())));
    return values;
  }

  /** Equal but for rounding: 1e-5 of the largest value in single precision, 1e-11 in double. */
  static void assertClose(NDArray actual, NDArray expected, String label) {
    assertThat(actual.getShape()).as(label).isEqualTo(expected.getShape());
    assertThat(actual.getDataType()).as(label).isEqualTo(expected.getDataType());
    double[] a = PlainArrays.values(actual);
    double[] b = PlainArrays.values(expected);
    double scale = 1;
    double error = 0;
    for (int i = 0; i < a.length; i++) {
      scale = Math.max(scale, Math.abs(b[i]));
      error = Math.max(error, Math.abs(a[i] - b[i]));
    }
    double tolerance = expected.getDataType() == DataType.FLOAT64 ? 1e-11 : 1e-5;
    assertThat(error / scale).as(label).isLessThanOrEqualTo(tolerance);
  }

  static void assertClose(PlainNetwork plain, NDArray x, NDArray expected, String label) {
    assertClose(forward(plain, new NDList(x), false), expected, label);
  }

  /** The network owns its parameters and nothing else, and closing it frees them. */
  private static void assertFreed(PlainNetwork plain, String label) {
    List<NDArray> arrays =
        plain.getParameters().values().stream().map(Parameter::getArray).toList();
    if (!arrays.isEmpty()) {
      assertThat(arrays.get(0).getManager().getManagedArrays())
          .as(label)
          .hasSize((int) arrays.stream().map(NDArray::getUid).distinct().count());
    }
    plain.close();
    assertThat(arrays).as(label).allMatch(NDArray::isReleased);
  }
}
