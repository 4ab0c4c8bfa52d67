package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.junit.jupiter.api.Test;

/** The README's example is code that runs, and keeps the promise of its last comment. */
class ReadmeExampleTest {

  @Test
  void turningTheImagesTurnsTheFeatures() {
    try (NDManager manager = NDManager.newBaseManager()) {
      manager.getEngine().setRandomSeed(5);
      NDArray images = manager.randomUniform(0, 1, new Shape(2, 3, 33, 33));
      var c8 = new Rot2dOnR2(8);
      var rgb = FieldType.of(c8, c8.trivial(), 3);
      var hidden = FieldType.of(c8, c8.regular(), 10);
      var layer =
          EquivariantSequential.of(
              R2Conv.builder(rgb, hidden).kernelSize(5).padding(2).build(),
              new InnerBatchNorm(hidden),
              new ReLU(hidden));
      Networks.initialize(layer, manager, images.getShape(), 1);
      GeometricTensor features = layer.forward(rgb.wrap(images));

      var quarterTurn = c8.fiberGroup().elements().get(2);
      NDArray expected = features.transform(quarterTurn).array();
      NDArray actual = layer.forward(rgb.wrap(images).transform(quarterTurn)).array();
      float scale = expected.abs().max().getFloat();
      assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-5f * scale);
    }
  }

  @Test
  void theReadmeShowsThisCode() throws IOException {
    String example = block(Files.readString(Tool.ROOT.resolve("README.md")));
    String source =
        Files.readString(Path.of("src/test/java/org/e2spark/integration/ReadmeExampleTest.java"));
    assertThat(squeeze(source)).contains(squeeze(example));
  }

  private static String block(String readme) {
    String fence = "```java\n";
    int start = readme.indexOf(fence) + fence.length();
    return readme.substring(start, readme.indexOf("```", start));
  }

  /** Without comments and white space, which are laid out for readers there and by a tool here. */
  private static String squeeze(String code) {
    return String.join("", List.of(code.replaceAll("//[^\\n]*", "").split("\\s+")));
  }
}
