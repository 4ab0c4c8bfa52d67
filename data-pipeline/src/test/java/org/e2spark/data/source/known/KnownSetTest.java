package org.e2spark.data.source.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.Rotation;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.CifarSource;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.TestData;
import org.e2spark.data.source.known.MnistSets.TrainReflections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class KnownSetTest {

  private static final MnistSets.Sizes SIZES = new MnistSets.Sizes(64, 10, 20);

  @TempDir Path dir;

  private final Configuration conf = new Configuration();

  private ImageSource digits() {
    return IdxSource.builder()
        .split(
            "test",
            TestData.path(TestData.class, "mnist-64-images-idx3-ubyte.gz").toString(),
            TestData.path(TestData.class, "mnist-64-labels-idx1-ubyte").toString())
        .open(conf);
  }

  @Test
  void rotatesRandomDigitsAndRecordsTheAngle(SparkSession spark) {
    ImageSource digits = digits();
    List<Row> upright = digits.read(spark).orderBy("id").collectAsList();
    List<Row> rows = MnistSets.rotated(digits, SIZES, 7).read(spark).orderBy("id").collectAsList();
    assertThat(rows)
        .extracting(row -> row.getLong(0))
        .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(Long::valueOf).toList());
    assertThat(rows.subList(0, 10))
        .allSatisfy(row -> assertThat(row.getString(3)).isEqualTo("train"));
    assertThat(rows.subList(10, 30))
        .allSatisfy(row -> assertThat(row.getString(3)).isEqualTo("test"));
    int[] order = Selection.permutation(64, 7);
    for (int i = 0; i < 30; i++) {
      double radians = rows.get(i).<Double>getAs("radians");
      assertThat(radians).isBetween(0.0, 2 * Math.PI);
      Row before = upright.get(order[i]);
      assertThat(rows.get(i).getInt(2)).isEqualTo(before.getInt(2));
      assertThat((byte[]) rows.get(i).get(1))
          .isEqualTo(
              new Rotation(radians, Interpolation.BILINEAR)
                  .apply((byte[]) before.get(1), TestData.MNIST));
    }
    assertThat(MnistSets.rotated(digits, SIZES, 7).check(spark).images()).isEqualTo(30);
  }

  @Test
  void mirrorsDigitsForTheGroupO2(SparkSession spark) {
    ImageSource digits = digits();
    List<Row> rotated =
        MnistSets.rotated(digits, SIZES, 7).read(spark).orderBy("id").collectAsList();
    List<Row> half =
        MnistSets.reflected(digits, SIZES, 7, TrainReflections.HALF)
            .read(spark)
            .orderBy("id")
            .collectAsList();
    List<Row> published =
        MnistSets.reflected(digits, SIZES, 7, TrainReflections.AS_PUBLISHED)
            .read(spark)
            .orderBy("id")
            .collectAsList();
    assertThat(half).hasSize(50);
    long mirrored =
        half.subList(0, 10).stream().filter(row -> row.<Boolean>getAs("reflected")).count();
    assertThat(mirrored).isBetween(1L, 9L);
    assertThat(published.subList(0, 10))
        .extracting(row -> row.<Boolean>getAs("reflected"))
        .containsExactly(true, true, false, false, false, false, false, false, false, false);
    for (int i = 10; i < 30; i++) {
      byte[] image = (byte[]) rotated.get(i).get(1);
      assertThat((byte[]) half.get(i).get(1)).isEqualTo(image);
      byte[] mirror = (byte[]) half.get(i + 20).get(1);
      assertThat(mirror[3 * 28 + 5]).isEqualTo(image[3 * 28 + 22]);
      assertThat(mirror[14 * 28 + 20]).isEqualTo(image[14 * 28 + 7]);
      assertThat(half.get(i + 20).getInt(2)).isEqualTo(half.get(i).getInt(2));
    }
  }

  @Test
  void ablationTakesAsManyOfEachClass(SparkSession spark) throws IOException {
    Path file = dir.resolve("many.bin");
    byte[] records = Files.readAllBytes(TestData.path(TestData.class, "cifar10-32.bin"));
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 8; i++) {
        out.write(records);
      }
    }
    ImageSource all =
        CifarSource.builder(CifarSource.Labels.CIFAR10).file("train", file.toString()).open(conf);
    var report = ColourSets.ablation(all, 256, 50, 30, 3).check(spark);
    assertThat(report.counts().get("train")).containsOnly(5L).hasSize(10);
    assertThat(report.counts().get("validation").stream().mapToLong(Long::longValue).sum())
        .isEqualTo(30);
    assertThat(report.counts().get("test").stream().mapToLong(Long::longValue).sum())
        .isEqualTo(176);
  }

  @Test
  void permutationsTakeEveryPlaceOnce() {
    Set<Integer> places = new HashSet<>();
    for (int place : Selection.permutation(1000, 5)) {
      places.add(place);
    }
    assertThat(places).hasSize(1000).allMatch(place -> place >= 0 && place < 1000);
    assertThat(Selection.permutation(1000, 5)).isNotEqualTo(Selection.permutation(1000, 6));
  }

  @Test
  void namesWhatIsMissingOrWrong() throws IOException {
    assertThatThrownBy(() -> KnownSet.named("imagenet"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mnist-rot");
    assertThatThrownBy(() -> KnownSet.named("stl10-ablation:255"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiple of 10");
    assertThatThrownBy(() -> KnownSet.named("mnist").open(dir.toString(), conf, 0))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("train-images-idx3-ubyte");
    Files.copy(
        TestData.path(TestData.class, "mnist-64-images-idx3-ubyte.gz"),
        dir.resolve("train-images-idx3-ubyte.gz"));
    assertThatThrownBy(() -> KnownSet.named("mnist").open(dir.toString(), conf, 0))
        .isInstanceOf(ChecksumException.class)
        .hasMessageContaining("train-images-idx3-ubyte.gz");
    Files.copy(TestData.path(TestData.class, "cifar10-32.bin"), dir.resolve("data_batch_1.bin"));
    assertThatThrownBy(() -> KnownSet.named("cifar10").open(dir.toString(), conf, 0))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("SHA256SUMS");
  }

  @Test
  void everySetHasFilesToFetch() {
    for (String name : KnownSet.names()) {
      KnownSet set = KnownSet.named(name.replace("SIZE", "250"));
      assertThat(set.files()).as(name).isNotEmpty();
    }
  }

  /** Run with {@code -De2spark.mnist.dir=DIR} on the published files. */
  @Test
  @EnabledIfSystemProperty(named = "e2spark.mnist.dir", matches = ".+")
  void readsAllOfMnist(SparkSession spark) {
    String folder = System.getProperty("e2spark.mnist.dir");
    assertThat(KnownSet.named("mnist").open(folder, conf, 0).check(spark).images())
        .isEqualTo(70_000);
    var rotated = KnownSet.named("mnist-rot").open(folder, conf, 0).check(spark);
    assertThat(rotated.counts().get("train").stream().mapToLong(Long::longValue).sum())
        .isEqualTo(12_000);
    assertThat(rotated.counts().get("test").stream().mapToLong(Long::longValue).sum())
        .isEqualTo(50_000);
    assertThat(KnownSet.named("mnist-o2").open(folder, conf, 0).check(spark).images())
        .isEqualTo(112_000);
    assertThat(KnownSet.named("mnist12k").open(folder, conf, 0).check(spark).images())
        .isEqualTo(62_000);
  }
}
