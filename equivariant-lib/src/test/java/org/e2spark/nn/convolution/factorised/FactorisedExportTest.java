package org.e2spark.nn.convolution.factorised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.e2spark.interchange.ConvolutionForm;
import org.e2spark.interchange.FactorisedConvolution;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.Sequence;
import org.e2spark.interchange.TorchScript;
import org.e2spark.interchange.UnsupportedExportException;
import org.e2spark.interchange.onnx.OnnxFile;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.factorised.Choice.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported networks may carry factorised convolutions, which give what filters give. */
class FactorisedExportTest {

  private static final Shape IMAGES = new Shape(3, 1, 28, 28);

  @Property(tries = 20)
  void everyFormIsExported(@ForAll long seed) {
    RandomLayer random = RandomLayer.of(seed);
    var size = random.window().image();
    try (var layer = random.layer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Shape shape = new Shape(1, layer.inType().size(), size.height(), size.width());
      Networks.initialize(layer, manager, shape, seed);
      NDArray x =
          random.draw(
              manager,
              DataType.FLOAT32,
              new Shape(3, layer.inType().size(), size.height(), size.width()));
      NDArray expected = run(layer, x);
      var evaluation = new FactorisedEvaluation(layer, FactorisedEvaluation.Policy.COUNT);
      layer.evaluateBy(l -> evaluation);
      var use = Use.of(Use.Purpose.EVALUATION, x.getShape(), x.getDevice());
      for (Kind kind : Kind.values()) {
        evaluation.choose(
            use, kind == Kind.DENSE ? Choice.DENSE : new Choice(kind, Product.BLAS, 2));
        try (PlainNetwork plain = PlainNetwork.of(layer, ConvolutionForm.AS_EVALUATED)) {
          assertClose(run(plain, x), expected);
          assertThat(plain.layers() instanceof FactorisedConvolution).isEqualTo(kind != Kind.DENSE);
        } catch (IllegalArgumentException e) {
          assertThat(e).hasMessageContaining("which does not apply");
        }
      }
    }
  }

  @Test
  void networksGiveTheSameInTorchScript(@TempDir Path folder) throws Exception {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network(manager);
      NDArray x = manager.randomNormal(IMAGES);
      NDArray expected = run(network, x);
      Evaluation.FACTORISED.applyTo(network);
      Path file = folder.resolve("factorised.pt");
      try (PlainNetwork plain = PlainNetwork.of(network, ConvolutionForm.AS_EVALUATED)) {
        assertThat(((Sequence) plain.layers()).layers())
            .filteredOn(FactorisedConvolution.class::isInstance)
            .hasSize(6);
        assertClose(run(plain, x), expected);
        TorchScript.write(plain, file);
        assertThatThrownBy(
                () ->
                    OnnxFile.write(plain, new Shape(1, 28, 28), Map.of(), folder.resolve("a.onnx")))
            .isInstanceOf(UnsupportedExportException.class)
            .hasMessageContaining("TorchScript");
        assertThat(folder.resolve("a.onnx")).doesNotExist();
      }
      var criteria =
          Criteria.builder()
              .setTypes(NDList.class, NDList.class)
              .optModelPath(file)
              .optEngine("PyTorch")
              .build();
      try (var model = criteria.loadModel();
          var predictor = model.newPredictor()) {
        assertClose(predictor.predict(new NDList(x)).singletonOrThrow(), expected);
        NDArray one = x.get("0:1");
        assertClose(predictor.predict(new NDList(one)).singletonOrThrow(), expected.get("0:1"));
        NDArray larger = manager.zeros(new Shape(1, 1, 32, 28));
        assertThatThrownBy(() -> predictor.predict(new NDList(larger)))
            .hasStackTraceContaining("factorised for images 28 high");
      }
    }
  }

  /** Unless it is asked for, files work for images of any size and in any format. */
  @Test
  void filtersAreTheDefault() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network(manager);
      Evaluation.FACTORISED.applyTo(network);
      try (PlainNetwork plain = PlainNetwork.of(network)) {
        assertThat(((Sequence) plain.layers()).layers())
            .noneMatch(FactorisedConvolution.class::isInstance);
      }
    }
  }

  private static Block network(NDManager manager) {
    Block network = Presets.create("mnist-bench/regular-c8", 1, 10);
    Networks.initialize(network, manager, new Shape(1, 1, 28, 28), 5);
    return network;
  }

  private static NDArray run(Block network, NDArray x) {
    var store = new ParameterStore(x.getManager(), false);
    return network.forward(store, new NDList(x), false).singletonOrThrow();
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float scale = Math.max(1e-2f, expected.abs().max().getFloat());
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(2e-5f * scale);
  }
}
