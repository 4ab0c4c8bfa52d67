package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2spark inspect} on whole and damaged shards. */
@ExtendWith(SparkExtension.class)
class InspectCommandTest {

  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    assertThat(spark.sparkContext().isStopped()).isFalse();
    Path raw = SampleFolders.cifar10(shared.resolve("raw"));
    CommandRun run =
        CommandRun.of("prepare", "cifar10", "--from", raw.toString(), "--out", shards().toString());
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static Path shards() {
    return shared.resolve("shards");
  }

  private BufferedImage sheet(String... more) throws IOException {
    Path png = folder.resolve("sheet.png");
    String[] arguments = new String[4 + more.length];
    String[] start = {"inspect", shards().toString(), "--sheet", png.toString()};
    System.arraycopy(start, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Sheet ", png.toString());
    return ImageIO.read(png.toFile());
  }

  @Test
  void printsTheManifestAndVerifies() {
    CommandRun run = CommandRun.of("inspect", shards().toString());
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("3x32x32, 10 classes", "Split train", "160 images", "Split test", "airplane")
        .contains("every shard is as the manifest says");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void drawsSheetsOfImagesAndOfPolicies() throws IOException {
    BufferedImage images = sheet("--split", "test", "--per-class", "2");
    assertThat(images.getWidth()).isEqualTo(2 * 33 + 1);
    assertThat(images.getHeight()).isEqualTo(10 * 33 + 1);
    BufferedImage policy = sheet("--augment", "cifar-autoaugment", "--per-class", "5");
    BufferedImage otherSeed =
        sheet("--augment", "cifar-autoaugment", "--per-class", "5", "--seed", "2");
    BufferedImage same = sheet("--augment", "cifar-autoaugment", "--per-class", "5");
    assertThat(pixels(same)).isEqualTo(pixels(policy)).isNotEqualTo(pixels(otherSeed));
    int[] originals = policy.getRGB(0, 0, 32, policy.getHeight(), null, 0, 32);
    assertThat(otherSeed.getRGB(0, 0, 32, policy.getHeight(), null, 0, 32)).isEqualTo(originals);
  }

  private static int[] pixels(BufferedImage image) {
    int width = image.getWidth();
    return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
  }

  @Test
  void namesEveryDamagedShardAndDrawsNothing() throws IOException {
    Path damaged = folder.resolve("damaged");
    Files.createDirectory(damaged);
    try (var files = Files.list(shards())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, damaged.resolve(file.getFileName()));
      }
    }
    flip(damaged.resolve("train-00000.arrow"));
    Files.delete(damaged.resolve("test-00000.arrow"));
    Path png = folder.resolve("none.png");
    CommandRun run = CommandRun.of("inspect", damaged.toString(), "--sheet", png.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errors())
        .hasSize(2)
        .allMatch(line -> line.startsWith("e2spark: "))
        .anyMatch(line -> line.contains("train-00000.arrow"))
        .anyMatch(line -> line.contains("test-00000.arrow"));
    assertThat(png).doesNotExist();
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    Path png = folder.resolve("sheet.png");
    CommandRun split =
        CommandRun.of("inspect", shards().toString(), "--sheet", png.toString(), "--split", "dev");
    assertThat(split.code()).isEqualTo(2);
    assertThat(split.errors()).singleElement().asString().contains("'dev'", "train");
    CommandRun policy =
        CommandRun.of(
            "inspect", shards().toString(), "--sheet", png.toString(), "--augment", "crop:32");
    assertThat(policy.code()).isEqualTo(2);
    assertThat(policy.errors()).singleElement().asString().contains("32", "3x32x32");
    assertThat(png).doesNotExist();
  }
}
