package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.Random;
import org.e2spark.nn.CentreCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageResNetsTest {

  @ParameterizedTest
  @CsvSource({
    "images/e2resnet18-c4, images/resnet18",
    "images/e2resnet18-c8, images/resnet18",
    "images/e2resnet18-d4, images/resnet18",
    "images/e2resnet50-c8, images/resnet50"
  })
  void hasAboutTheParametersOfTheConventionalOne(String preset, String conventional) {
    double ratio = (double) parameters(preset) / parameters(conventional);
    assertThat(ratio).isCloseTo(1, within(0.06));
  }

  private static long parameters(String preset) {
    return Presets.table().stream()
        .filter(row -> row.name().equals(preset))
        .findFirst()
        .orElseThrow()
        .parameters();
  }

  @Test
  void noStepMissesTheCentreOfImagesOfAnySize() {
    for (int size = 1; size <= 24; size++) {
      check(new ImageInput(3, size, size));
    }
    check(new ImageInput(1, 96, 96));
    check(new ImageInput(3, 224, 224));
    check(new ImageInput(3, 127, 130));
    check(new ImageInput(3, 65, 64));
  }

  private static void check(ImageInput images) {
    Block network = Presets.spec("images/e2resnet18-d4", images, 2).build();
    Shape shape = new Shape(1, images.channels(), images.height(), images.width());
    assertThat(CentreCheck.findings(network, shape)).as("%s", images).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"images/e2resnet18-c4, 18", "images/e2resnet18-d4, 19"})
  void turnedImagesHaveEqualLogits(String preset, int size) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.spec(preset, ImageInput.square(1, size), 5).build();
      Shape shape = new Shape(1, 1, size, size);
      Networks.initialize(network, manager, shape, 3);
      float[] pixels = new float[size * size];
      var random = new Random(7);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextFloat();
      }
      NDArray image = manager.create(pixels, shape);
      float[] upright = logits(network, manager, image);
      float[] turned = logits(network, manager, image.rotate90(1, new int[] {2, 3}));
      for (int i = 0; i < upright.length; i++) {
        assertThat(turned[i]).isCloseTo(upright[i], within(1e-4f));
      }
      assertThat(upright[0]).isNotCloseTo(upright[1], within(1e-4f));
    }
  }

  private static float[] logits(Block network, NDManager manager, NDArray image) {
    return network
        .forward(new ParameterStore(manager, false), new NDList(image), false)
        .singletonOrThrow()
        .toFloatArray();
  }
}
