package com.example.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.UnsupportedExportException;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.check.EquivarianceCheck;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.R2ConvTransposed;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers of one's own, by public API alone, are as good as the library's. */
class OwnLayersTest {

  private static final GSpace SPACE = new FlipRot2dOnR2(4);
  private static final FieldType TYPE =
      FieldType.of(SPACE, SPACE.regular(), SPACE.trivial(), SPACE.regular());

  enum Layer {
    SWISH {
      @Override
      EquivariantModule create() {
        return new Swish(TYPE);
      }
    },
    ROOT_MEAN_SQUARE_NORM {
      @Override
      EquivariantModule create() {
        return new RootMeanSquareNorm(TYPE);
      }
    },
    SMOOTH_MAXIMUM_POOLING {
      @Override
      EquivariantModule create() {
        return new SmoothMaximumPooling(TYPE);
      }
    },
    CONVOLUTION_BY_PATCHES {
      @Override
      EquivariantModule create() {
        R2Conv layer = convolution();
        layer.evaluateBy(PatchEvaluation::new);
        return layer;
      }
    };

    abstract EquivariantModule create();
  }

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  private static R2Conv convolution() {
    return R2Conv.builder(TYPE, TYPE).kernelSize(3).padding(1).stride(2).build();
  }

  private NDArray images(long seed) {
    double[] values = new Random(seed).doubles(2L * TYPE.size() * 9 * 9, -1, 1).toArray();
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return manager.create(floats, new Shape(2, TYPE.size(), 9, 9));
  }

  /** Initialised, and moved by two batches. */
  private <T extends EquivariantModule> T trained(T layer, long seed) {
    Networks.initialize(layer, manager, new Shape(1, TYPE.size(), 9, 9), seed);
    for (int step = 0; step < 2; step++) {
      layer.forward(TYPE.wrap(images(seed + step).mul(2)), Mode.TRAINING);
    }
    return layer;
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.sub(expected).abs().max().getFloat())
        .isLessThanOrEqualTo(1e-5f * Math.max(1, expected.abs().max().getFloat()));
  }

  private NDArray evaluate(ai.djl.nn.Block block, NDArray x) {
    return block
        .forward(new ParameterStore(manager, false), new NDList(x), false)
        .singletonOrThrow();
  }

  @ParameterizedTest
  @EnumSource
  void commutesWithTheSymmetriesOfTheGrid(Layer layer) {
    EquivariantModule module = trained(layer.create(), 1);
    assertThat(EquivarianceCheck.of(module).onGrid(images(3)))
        .hasSize(8)
        .allSatisfy(deviation -> assertThat(deviation.relative()).isLessThan(1e-5));
  }

  @ParameterizedTest
  @EnumSource
  void isSavedAndLoaded(Layer layer) throws Exception {
    EquivariantModule module = trained(layer.create(), 1);
    var bytes = new ByteArrayOutputStream();
    module.saveParameters(new DataOutputStream(bytes));
    EquivariantModule other = layer.create();
    other.loadParameters(
        manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    NDArray x = images(3);
    assertThat(evaluate(other, x)).isEqualTo(evaluate(module, x));

    EquivariantModule third = trained(layer.create(), 7);
    Map<String, NDArray> values = new LinkedHashMap<>();
    StateDict.of(module).forEach((name, parameter) -> values.put(name, parameter.getArray()));
    StateDict.load(third, values);
    assertThat(evaluate(third, x)).isEqualTo(evaluate(module, x));
  }

  @ParameterizedTest
  @EnumSource(names = "SMOOTH_MAXIMUM_POOLING", mode = EnumSource.Mode.EXCLUDE)
  void isExported(Layer layer) {
    EquivariantModule module = trained(layer.create(), 1);
    NDArray x = images(3);
    try (PlainNetwork plain = module.export()) {
      assertClose(evaluate(plain, x), evaluate(module, x));
    }
  }

  @Test
  void isNotExportedUntilItSaysItsPlainForm() {
    EquivariantModule module = trained(new SmoothMaximumPooling(TYPE), 1);
    assertThatThrownBy(module::export)
        .isInstanceOf(UnsupportedExportException.class)
        .hasMessageContaining("SmoothMaximumPooling cannot be exported")
        .hasMessageContaining("plainForm");
  }

  @Test
  void refusesFieldsThatItCannotTake() {
    GSpace rotations = Rot2dOnR2.continuous(1);
    FieldType vectors = FieldType.of(rotations, rotations.irrep(1), 1);
    for (var layer :
        List.<Runnable>of(() -> new Swish(vectors), () -> new SmoothMaximumPooling(vectors))) {
      assertThatThrownBy(layer::run).isInstanceOf(FieldTypeException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void passesGradientsOn(Layer layer) {
    EquivariantModule module = trained(layer.create(), 1);
    NDArray x = images(3);
    x.setRequiresGradient(true);
    try (Autograd scope = Autograd.record()) {
      NDArray y = module.forward(TYPE.wrap(x), Mode.TRAINING).array();
      scope.backward(y.mul(y).sum());
    }
    assertThat(x.getGradient().abs().max().getFloat()).isPositive();
    StateDict.entries(module).stream()
        .filter(entry -> entry.parameter().requiresGradient())
        .forEach(
            entry ->
                assertThat(entry.parameter().getArray().getGradient().abs().max().getFloat())
                    .as(entry.name())
                    .isPositive());
  }

  @Test
  void anotherEvaluationGivesTheNumbersOfTheDenseOne() {
    R2Conv layer = trained(convolution(), 1);
    NDArray x = images(3);
    NDArray[] outputs = new NDArray[2];
    NDArray[] gradients = new NDArray[2];
    for (int i = 0; i < 2; i++) {
      NDArray weights = layer.getParameters().get("weights").getArray();
      Autograd.zeroGradients(List.of(weights));
      try (Autograd scope = Autograd.record()) {
        outputs[i] = layer.forward(TYPE.wrap(x), Mode.TRAINING).array();
        scope.backward(outputs[i].mul(outputs[i]).sum());
      }
      gradients[i] = weights.getGradient().duplicate();
      layer.evaluateBy(PatchEvaluation::new);
    }
    assertClose(outputs[1], outputs[0]);
    assertClose(gradients[1], gradients[0]);
  }

  @Test
  void anEvaluationThatDoesNotFitIsRefusedAndTheLayerStaysAsItWas() {
    R2ConvTransposed layer = R2ConvTransposed.builder(TYPE, TYPE).kernelSize(3).build();
    trained(layer, 1);
    NDArray before = evaluate(layer, images(3));
    assertThatThrownBy(() -> layer.evaluateBy(PatchEvaluation::new))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("R2ConvTransposed");
    assertThat(evaluate(layer, images(3))).isEqualTo(before);
  }

  /** The guide shows these classes: what stands there stands in their sources. */
  @Test
  void theGuidesCodeIsThisCode() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    String guide =
        Files.readString(
            module.resolveSibling(
                "equivariant-lib/src/main/java/org/e2spark/nn/package-info.java"));
    Matcher block =
        Pattern.compile("<pre>\\{@code\n(.*?)\n \\* }</pre>", Pattern.DOTALL).matcher(guide);
    int classes = 0;
    while (block.find()) {
      String shown = block.group(1).replaceAll("(?m)^ \\* ?", "").strip();
      Matcher name = Pattern.compile("class (\\w+)").matcher(shown);
      assertThat(name.find()).as(shown).isTrue();
      Path source = module.resolve("src/test/java/com/example/layers/" + name.group(1) + ".java");
      assertThat(Files.readString(source)).contains(shown);
      classes++;
    }
    assertThat(classes).isEqualTo(Layer.values().length);
  }
}
