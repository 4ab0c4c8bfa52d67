package org.e2spark.interchange;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.MaskModule;
import org.e2spark.nn.Mode;
import org.e2spark.nn.StateDict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every module there is, with random types and options, gives what its plain form gives. */
class ExportTest {

  private static final int DRAWS = 6;

  /** The concrete modules among the compiled classes, so that a new one cannot be forgotten. */
  static List<String> modules() throws IOException, URISyntaxException {
    Path classes =
        Path.of(
            EquivariantModule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && file.startsWith("org"))
          .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
          .filter(ExportTest::isModule)
          .sorted()
          .toList();
    }
  }

  private static boolean isModule(String name) {
    try {
      Class<?> type = Class.forName(name, false, ExportTest.class.getClassLoader());
      return EquivariantModule.class.isAssignableFrom(type)
          && !Modifier.isAbstract(type.getModifiers());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void plainFormGivesEqualOutputs(String className) {
    for (long seed = 1; seed <= DRAWS; seed++) {
      try (EquivariantModule module = draw(className, seed);
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        assertThat(module).as("A recipe for %s in RandomModules", className).isNotNull();
        check(module, manager, className + " seed " + seed + " " + module.inType(), seed);
      }
    }
  }

  private static EquivariantModule draw(String className, long seed) {
    EquivariantModule module = RandomModules.draw(className, seed);
    return module == null ? RandomFieldModules.draw(className, seed) : module;
  }

  private static void check(EquivariantModule module, NDManager manager, String label, long seed) {
    // A mask is for square images of one size.
    long height = module instanceof MaskModule ? 10 : 9 + seed % 3;
    var shape = new Shape(3, module.inType().size(), height, 10);
    Networks.initialize(module, manager, shape, seed);
    train(module, manager, shape);
    NDArray x = manager.randomNormal(shape);
    NDArray expected = module.forward(module.inType().wrap(x)).array();
    Map<String, float[]> before = state(module);

    try (PlainNetwork plain = module.export()) {
      assertClose(plain, x, expected, label);
      assertThat(plain.getParameters().values().stream().noneMatch(Parameter::requiresGradient))
          .as(label)
          .isTrue();
      assertThat(state(module)).as(label).usingRecursiveComparison().isEqualTo(before);
      assertThat(module.forward(module.inType().wrap(x)).array()).as(label).isEqualTo(expected);
      module.close();
      assertClose(plain, x, expected, label + ", original closed");
      assertFreed(plain, label);
    }
  }

  /** Moves statistics, and parameters away from zeros and ones. */
  private static void train(EquivariantModule module, NDManager manager, Shape shape) {
    for (Parameter parameter : StateDict.of(module).values()) {
      NDArray values = parameter.getArray();
      if (parameter.requiresGradient()) {
        values.setRequiresGradient(false);
        values.addi(manager.randomUniform(-0.3f, 0.3f, values.getShape()));
        values.setRequiresGradient(true);
      }
    }
    for (int step = 0; step < 2; step++) {
      NDArray x = manager.randomNormal(0.4f, 1.5f, shape, DataType.FLOAT32);
      module.forward(module.inType().wrap(x), Mode.TRAINING).array().close();
    }
  }

  private static Map<String, float[]> state(EquivariantModule module) {
    Map<String, float[]> values = new TreeMap<>();
    StateDict.of(module).forEach((name, p) -> values.put(name, p.getArray().toFloatArray()));
    return values;
  }

  static void assertClose(PlainNetwork plain, NDArray x, NDArray expected, String label) {
    NDArray actual =
        plain
            .forward(new ParameterStore(x.getManager(), false), new NDList(x), false)
            .singletonOrThrow();
    assertThat(actual.getShape()).as(label).isEqualTo(expected.getShape());
    assertThat(actual.getDataType()).as(label).isEqualTo(expected.getDataType());
    float scale = Math.max(1, expected.abs().max().getFloat());
    float error = actual.sub(expected).abs().max().getFloat();
    assertThat(error / scale).as(label).isLessThanOrEqualTo(1e-5f);
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
