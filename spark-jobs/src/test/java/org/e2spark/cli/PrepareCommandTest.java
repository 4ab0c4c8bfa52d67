package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.TestData;
import org.e2spark.data.source.TestData.Golden;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2spark prepare} on files of every kind. */
@ExtendWith(SparkExtension.class)
class PrepareCommandTest {

  @TempDir Path folder;

  private static SparkSession spark;

  @BeforeAll
  static void start(SparkSession session) {
    spark = session;
  }

  private String out() {
    return folder.resolve("shards").toString();
  }

  private CommandRun prepare(String set, Path from, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("prepare", set, "--from", from.toString(), "--out", out()));
    arguments.addAll(Arrays.asList(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private ShardManifest manifest() {
    return ShardManifest.read(
        new org.apache.hadoop.fs.Path(folder.resolve("shards").toUri()), new Configuration());
  }

  private void prepares(CommandRun run, String images, long train, long test) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("Shards: " + out() + " (")
        .contains("  train: " + train + " images")
        .contains("Images: " + images)
        .contains("Class weights of train: ");
    assertThat(manifest().split("train").samples()).isEqualTo(train);
    assertThat(manifest().splits().containsKey("test")).isEqualTo(test > 0);
    if (test > 0) {
      assertThat(manifest().split("test").samples()).isEqualTo(test);
    }
    CommandRun inspected = CommandRun.of("inspect", out());
    assertThat(inspected.code()).as(inspected.err()).isZero();
  }

  private void refuses(CommandRun run, String... named) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.errors()).singleElement().asString().startsWith("e2spark: ").contains(named);
    assertThat(run.out()).isEmpty();
    assertThat(folder.resolve("shards")).doesNotExist();
  }

  @Test
  void idx() throws IOException {
    CommandRun run =
        prepare(
            "idx", SampleFolders.idx(folder.resolve("raw")), "--classes", "o,1,2,3,4,5,6,7,8,9");
    prepares(run, "1x28x28, 10 classes", SampleFolders.DIGITS, SampleFolders.DIGITS);
    assertThat(manifest().classNames()).startsWith("o", "1");
  }

  @Test
  void amatAndPublishedRotatedDigits() throws IOException {
    Path raw = SampleFolders.amat(folder.resolve("raw"));
    prepares(
        prepare("amat", raw), "1x28x28, 10 classes", SampleFolders.DIGITS, SampleFolders.DIGITS);
    String content = manifest().sourceFingerprint();
    refusesKnown(raw, "mnist-rot", "its hash in SHA256SUMS");
    SampleFolders.trust(raw);
    Path other = folder.resolve("known");
    CommandRun run =
        CommandRun.of("prepare", "mnist-rot", "--from", raw.toString(), "--out", other.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(
            ShardManifest.read(new org.apache.hadoop.fs.Path(other.toUri()), new Configuration())
                .sourceFingerprint())
        .isEqualTo(content);
  }

  private void refusesKnown(Path raw, String set, String named) {
    Path other = folder.resolve("refused");
    CommandRun run =
        CommandRun.of("prepare", set, "--from", raw.toString(), "--out", other.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors()).singleElement().asString().contains(named);
    assertThat(other).doesNotExist();
  }

  @Test
  void cifar10() throws IOException {
    Path raw = SampleFolders.cifar10(folder.resolve("raw"));
    SampleFolders.trust(raw);
    prepares(
        prepare("cifar10", raw, "--duplicates"),
        "3x32x32, 10 classes",
        5 * SampleFolders.PICTURES,
        SampleFolders.PICTURES);
    CommandRun again = prepare("cifar10", raw, "--duplicates");
    assertThat(again.out())
        .contains("(0 written, ")
        .contains(
            "Duplicates: 32 images occur more than once (160 copies too many; 0 with different labels, 32 in"
                + " different splits)");
  }

  @Test
  void cifar100() throws IOException {
    Path raw = SampleFolders.cifar100(folder.resolve("raw"));
    prepares(prepare("cifar100", raw), "3x32x32, 100 classes", 100, 100);
  }

  @Test
  void stl10() throws IOException {
    Path raw = SampleFolders.stl10(folder.resolve("raw"));
    prepares(prepare("stl10", raw), "3x96x96, 10 classes", 10, 10);
    refusesKnown(raw, "stl10-ablation:250", "SHA256SUMS");
  }

  @Test
  void folder() throws IOException {
    prepares(
        prepare("folder", SampleFolders.images(folder.resolve("raw"))), "3x32x32, 2 classes", 4, 0);
    assertThat(manifest().classNames()).containsExactly("frog", "truck");
  }

  @Test
  void readsTurnedImagesAsStoredAndSaysSo() throws IOException {
    CommandRun run = prepare("folder", turnedImages());
    prepares(run, "3x19x21, 2 classes", 2, 0);
    assertThat(run.out()).contains("Note: EXIF orientation 6 not applied in 2 images, as ");
  }

  @Test
  void turnsImagesAsTheirFilesSayIfAsked() throws IOException {
    refuses(
        prepare("idx", SampleFolders.idx(folder.resolve("idx")), "--exif-orientation"),
        "'idx' are never stored turned");
    CommandRun run = prepare("folder", turnedImages(), "--exif-orientation");
    prepares(run, "3x21x19, 2 classes", 2, 0);
    assertThat(run.out()).contains("Note: EXIF orientation 6 applied in 2 images, as ");
  }

  private Path turnedImages() throws IOException {
    Path raw = folder.resolve("raw");
    for (Golden golden : TestData.golden(TestData.class, "files/decoding")) {
      String name = golden.about().path("file").asText();
      if (name.equals("jpeg/exif6le.jpg") || name.equals("jpeg/exif6be.jpg")) {
        Path file = raw.resolve(name.substring("jpeg/".length()) + "/image");
        Files.createDirectories(file.getParent());
        Files.write(file, golden.bytes());
      }
    }
    return raw;
  }

  @Test
  void parquet() throws IOException {
    Path raw = folder.resolve("raw");
    Path table = folder.resolve("table");
    SampleFolders.images(raw);
    spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", "true")
        .load(raw.toString())
        .selectExpr("content AS image", "if(path LIKE '%frog%', 0, 1) AS label")
        .write()
        .parquet(table.toString());
    prepares(prepare("parquet", table, "--classes", "frog,truck"), "3x32x32, 2 classes", 4, 0);
  }

  @Test
  void deltaSaysThatItsJarIsMissing() throws IOException {
    refuses(prepare("delta", Files.createDirectory(folder.resolve("raw"))), "delta", "raw");
  }

  @Test
  void everyOptionReachesTheShards() throws IOException {
    Path raw = SampleFolders.idx(folder.resolve("raw"));
    CommandRun run =
        prepare(
            "idx",
            raw,
            "--seed",
            "7",
            "--split",
            "train=0.75,validation=0.25",
            "--copies",
            "3",
            "--rotate",
            "bicubic",
            "--reflect",
            "--resize",
            "20x24",
            "--pad",
            "33x35",
            "--duplicates",
            "--shard-bytes",
            "100000",
            "--batch-rows",
            "16");
    assertThat(run.code()).as(run.err()).isZero();
    ShardManifest manifest = manifest();
    assertThat(manifest.shape()).hasToString("1x33x35");
    assertThat(manifest.seed()).isEqualTo(7);
    assertThat(manifest.recordBatchRows()).isEqualTo(16);
    assertThat(manifest.transformed()).isTrue();
    long validation = manifest.split("validation").samples();
    assertThat(validation).isBetween(12L, 20L);
    assertThat(manifest.split("train").samples())
        .isEqualTo(3 * (SampleFolders.DIGITS - validation));
    assertThat(manifest.split("train").shards())
        .allMatch(shard -> shard.bytes() <= 100_000)
        .hasSizeGreaterThan(1);
    assertThat(manifest.options())
        .containsEntry("rotation", "BICUBIC")
        .containsEntry("reflections", "true")
        .containsEntry("copies", "3")
        .containsEntry("resize", "20x24")
        .containsEntry("padding", "33x35")
        .containsEntry("division", "{train=0.75, validation=0.25}");
    assertThat(run.out()).contains("Duplicates: 64 images occur more than once");
    refusesAnotherJob(raw);
  }

  private void refusesAnotherJob(Path raw) {
    CommandRun run = prepare("idx", raw, "--seed", "8");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors())
        .singleElement()
        .asString()
        .contains("holds complete shards of another job", "seed: 7, not 8");
  }

  @Test
  void badRecordsAreNamedOrToleratedAndCounted() throws IOException {
    Path raw = SampleFolders.cifar10(folder.resolve("raw"));
    Path file = raw.resolve("data_batch_3.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[2 * 3073] = 11;
    Files.write(file, bytes);
    refuses(prepare("cifar10", raw), "data_batch_3.bin at byte 6146", "11");
    CommandRun run = prepare("cifar10", raw, "--tolerate", "1");
    prepares(run, "3x32x32, 10 classes", 5 * SampleFolders.PICTURES - 1, SampleFolders.PICTURES);
    assertThat(run.out()).contains("Left out: 1 bad records");
  }

  @Test
  void badInputLeavesNoDirectory() throws IOException {
    Path raw = SampleFolders.idx(folder.resolve("raw"));
    refuses(prepare("mnist", raw), "train-images-idx3-ubyte.gz", "Wrong checksum");
    refuses(prepare("idx", folder.resolve("none")), "none");
    refuses(prepare("idx", raw, "--pad", "20x20"), "Cannot pad images of shape 1x28x28 to 20x20");
    refuses(prepare("idx", raw, "--shard-bytes", "100"), "a shard may have only 100");
    refuses(prepare("idx", raw, "--classes", "a,b"), "a label");
    refuses(prepare("idx", raw, "--split", "test=1"), "has such a split already");
    refuses(prepare("idx", raw, "--tolerate", "-1"), "Invalid tolerance: -1");
    Path labels = raw.resolve("train-labels-idx1-ubyte");
    Files.write(labels, Arrays.copyOf(Files.readAllBytes(labels), 60));
    refuses(prepare("idx", raw), "train-labels-idx1-ubyte");
    Files.delete(labels);
    refuses(prepare("idx", raw), "train-labels");
  }

  @Test
  void anOutputThatCannotBeUsedIsNamed() throws IOException {
    Path raw = SampleFolders.idx(folder.resolve("raw"));
    CommandRun run =
        CommandRun.of("prepare", "idx", "--from", raw.toString(), "--out", "nofs://b/shards");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors()).singleElement().asString().contains("nofs");
    Files.createDirectories(folder.resolve("shards/photos"));
    CommandRun foreign = prepare("idx", raw);
    assertThat(foreign.code()).isEqualTo(2);
    assertThat(foreign.errors()).singleElement().asString().contains("is not empty", "photos");
  }
}
