package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.explain.Explanation;
import org.e2spark.explain.Stability;
import org.e2spark.model.ImageInput;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.check.FeatureChain.LayerDeviation;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2spark explain}: what is in the pictures. */
class ExplainCommandTest {

  private static final int SIZE = 29;
  private static final int GAP = 4;
  private static final int QUARTER = 12;
  private static final int FRAMES = 48;

  /** Mean differences of levels of 0 to 255; a GIF has 256 colours. */
  private static final double STILL = 3;

  private static final double MOVED = 6;

  @TempDir Path folder;

  private SavedModel saved(String preset) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(preset, 1, 3);
      Networks.initialize(network, manager, new Shape(1, 1, SIZE, SIZE), 5);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      StateDict.of(network).forEach((name, value) -> arrays.put(name, value.getArray()));
      var card =
          new ModelCard(
              "mine",
              Presets.spec(preset, ImageInput.square(1, SIZE), 3),
              1,
              SIZE,
              SIZE,
              List.of("ışık", "<b>", "c"),
              List.of(0.1),
              List.of(0.3),
              7,
              64,
              Map.of());
      return new SavedModel(card, Safetensors.encode(arrays));
    }
  }

  /** A bright bent stroke on a dark ground: no turn of it looks like another. */
  private Path image() throws IOException {
    var image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 6; i < 22; i++) {
      image.setRGB(i, 8, Color.WHITE.getRGB());
      image.setRGB(20, 8 + (i - 6) / 2, Color.WHITE.getRGB());
    }
    Path file = folder.resolve("stroke.png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Path explained(String preset) throws IOException {
    Path model = folder.resolve("model");
    saved(preset).write(new org.apache.hadoop.fs.Path(model.toUri()), new Configuration());
    Path out = folder.resolve("out");
    CommandRun run = explain(model, image(), out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Taken for", "of all angles", "index.html");
    return out;
  }

  private static CommandRun explain(Path model, Path image, Path out) {
    return CommandRun.of(
        "explain", model.toString(), "--image", image.toString(), "--out", out.toString());
  }

  @Test
  void fieldsTurnWithTheImageAndStandStillTurnedBack() throws IOException {
    Path out = explained("quickstart/c8");
    List<BufferedImage> frames = frames(out.resolve("fields.gif"));
    assertThat(frames).hasSize(FRAMES);
    int cell = (frames.get(0).getHeight() - GAP) / 2;
    BufferedImage upright = panel(frames.get(0), 0, 0, cell);
    assertThat(difference(panel(frames.get(QUARTER), 0, 0, cell), turned(upright)))
        .isLessThan(STILL);
    assertThat(difference(panel(frames.get(QUARTER), 0, 0, cell), upright)).isGreaterThan(MOVED);
    for (int column = 1; column < 3; column++) {
      BufferedImage above = panel(frames.get(0), column, 0, cell);
      BufferedImage below = panel(frames.get(0), column, 1, cell);
      assertThat(difference(above, below)).as("upright").isLessThan(STILL);
      BufferedImage later = panel(frames.get(QUARTER), column, 0, cell);
      assertThat(difference(later, above)).as("column %s moves", column).isGreaterThan(MOVED);
      BufferedImage stable = panel(frames.get(QUARTER), column, 1, cell);
      assertThat(difference(stable, below)).as("column %s stands still", column).isLessThan(STILL);
    }
    String page = Files.readString(out.resolve("index.html"));
    assertThat(page).contains("features.3 (PointwiseAvgPoolAntialiased)", "8-Rotations", "<svg");
    assertThat(page).doesNotContain("<b>");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "index.html", "fields.gif", "kernels-01.png", "kernels-02.png", "kernels-03.png");
    }
    BufferedImage kernels = ImageIO.read(out.resolve("kernels-01.png").toFile());
    int kernel = kernels.getHeight() / 6;
    for (int row = 0; row < 6; row++) {
      // A quarter turn is two steps of the group.
      BufferedImage first = panel(kernels, 0, row, kernel);
      assertThat(difference(panel(kernels, 2, row, kernel), turned(first))).isLessThan(2);
    }
  }

  @Test
  void numbersSayWhatHolds() throws IOException {
    var image = ImageIO.read(image().toFile());
    byte[] pixels = new byte[SIZE * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) image.getRaster().getSample(i % SIZE, i / SIZE, 0);
    }
    Explanation.Findings steerable =
        new Explanation(saved("quickstart/c8"), "c8").write(pixels, folder.resolve("steerable"));
    Explanation.Findings conventional =
        new Explanation(saved("quickstart/cnn"), "cnn").write(pixels, folder.resolve("cnn"));
    assertThat(steerable.layers()).hasSize(12);
    for (LayerDeviation layer : steerable.layers()) {
      assertThat(layer.fromInputOnGrid()).as(layer.layer().label()).isLessThan(1e-4);
    }
    assertThat(conventional.layers()).isEmpty();
    for (int step = 0; step < FRAMES; step++) {
      Stability.View view = steerable.stability().views().get(step);
      assertThat(view.degrees()).isCloseTo(7.5 * step, org.assertj.core.data.Offset.offset(1e-9));
      assertThat(view.probabilities().stream().mapToDouble(p -> p).sum())
          .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
      if (step % QUARTER == 0) {
        assertThat(view.deviation()).isLessThan(1e-4);
      }
    }
    assertThat(conventional.stability().views().get(QUARTER).deviation()).isGreaterThan(1e-3);
    assertThat(Files.readString(folder.resolve("cnn/index.html"))).contains("conventional");
  }

  @Test
  void whatCannotBeLookedAtIsRefused() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    CommandRun taken = explain(folder, image(), there);
    assertThat(taken.code()).isEqualTo(2);
    assertThat(taken.errors()).singleElement().asString().contains("not there");
    CommandRun missing = explain(folder, folder.resolve("none.png"), folder.resolve("x"));
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.errors()).singleElement().asString().contains("no such file");
    Path model = folder.resolve("model");
    saved("quickstart/c8").write(new org.apache.hadoop.fs.Path(model.toUri()), new Configuration());
    Path text = Files.writeString(folder.resolve("text.png"), "not an image");
    CommandRun damaged = explain(model, text, folder.resolve("x"));
    assertThat(damaged.code()).isEqualTo(2);
    assertThat(damaged.errors()).singleElement().asString().contains("PNG, JPEG, BMP or TIFF");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private static List<BufferedImage> frames(Path gif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    List<BufferedImage> frames = new ArrayList<>();
    try (ImageInputStream stream = ImageIO.createImageInputStream(gif.toFile())) {
      reader.setInput(stream);
      for (int i = 0; i < reader.getNumImages(true); i++) {
        frames.add(reader.read(i));
      }
    }
    return frames;
  }

  private static BufferedImage panel(BufferedImage sheet, int column, int row, int cell) {
    return sheet.getSubimage(GAP + column * cell, GAP + row * cell, cell - GAP, cell - GAP);
  }

  /** A quarter turn counter-clockwise. */
  private static BufferedImage turned(BufferedImage image) {
    int size = image.getWidth();
    var turned = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        turned.setRGB(y, size - 1 - x, image.getRGB(x, y));
      }
    }
    return turned;
  }

  /** The mean difference of a colour's level, of 0 to 255. */
  private static double difference(BufferedImage a, BufferedImage b) {
    double sum = 0;
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        var one = new Color(a.getRGB(x, y));
        var other = new Color(b.getRGB(x, y));
        sum +=
            Math.abs(one.getRed() - other.getRed())
                + Math.abs(one.getGreen() - other.getGreen())
                + Math.abs(one.getBlue() - other.getBlue());
      }
    }
    return sum / 3 / a.getHeight() / a.getWidth();
  }
}
