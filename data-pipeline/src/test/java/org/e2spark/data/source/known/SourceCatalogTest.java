package org.e2spark.data.source.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class SourceCatalogTest {

  private static final SourceOptions OPTIONS = SourceOptions.ofSeed(1);

  @TempDir Path dir;

  private void copy(String name, String to) throws IOException {
    Files.createDirectories(dir.resolve(to).getParent());
    Files.copy(TestData.path(TestData.class, name), dir.resolve(to));
  }

  private ImageSource open(SparkSession spark, String name, SourceOptions options) {
    return SourceCatalog.open(spark, name, dir.toString(), options);
  }

  @Test
  void opensIdxPairs(SparkSession spark) throws IOException {
    copy("mnist-64-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz");
    copy("mnist-64-labels-idx1-ubyte", "t10k-labels-idx1-ubyte");
    copy("mnist-64-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz");
    copy("mnist-64-labels-idx1-ubyte", "train-labels-idx1-ubyte");
    ImageSource source = open(spark, "idx", OPTIONS);
    assertThat(source.check(spark).counts()).containsOnlyKeys("test", "train");
    assertThat(source.read(spark).where("split = 'train'").selectExpr("max(id)").head().get(0))
        .isEqualTo(63L);
  }

  @Test
  void opensCifarUnverifiedUnlessThereAreChecksums(SparkSession spark) throws IOException {
    copy("cifar10-32.bin", "data_batch_1.bin");
    copy("cifar10-32.bin", "test_batch.bin");
    assertThat(open(spark, "cifar10", OPTIONS).check(spark).images()).isEqualTo(64);
    Files.writeString(dir.resolve("SHA256SUMS"), "0".repeat(64) + "  data_batch_1.bin\n");
    assertThatThrownBy(() -> open(spark, "cifar10", OPTIONS))
        .isInstanceOf(ChecksumException.class)
        .hasMessageContaining("data_batch_1.bin");
  }

  @Test
  void opensFoldersWithAndWithoutSplits(SparkSession spark) throws IOException {
    copy("files/colour.png", "frog/a.png");
    copy("files/colour.bmp", "truck/b.bmp");
    assertThat(open(spark, "folder", OPTIONS).classNames()).containsExactly("frog", "truck");
    Files.createDirectory(dir.resolve("train"));
    Files.move(dir.resolve("frog"), dir.resolve("train/frog"));
    Files.move(dir.resolve("truck"), dir.resolve("train/truck"));
    copy("files/colour.tiff", "test/frog/c.tiff");
    assertThat(open(spark, "folder", OPTIONS).check(spark).counts().get("test"))
        .containsExactly(1L, 0L);
  }

  @Test
  void opensParquetAsItsColumnsTell(SparkSession spark) throws IOException {
    copy("cifar10-32.bin", "raw/data_batch_1.bin");
    ImageSource raw = SourceCatalog.open(spark, "cifar10", dir.resolve("raw").toString(), OPTIONS);
    Path table = dir.resolve("table");
    raw.read(spark).write().parquet(table.toString());
    ImageSource source =
        SourceCatalog.open(
            spark,
            "parquet",
            table.toString(),
            SourceOptions.builder()
                .seed(1)
                .shape(TestData.CIFAR)
                .classNames(raw.classNames())
                .build());
    assertThat(source.read(spark).orderBy("id").collectAsList())
        .hasSize(32)
        .first()
        .satisfies(row -> assertThat((byte[]) row.get(1)).isEqualTo(TestData.cifar(0)));
  }

  @Test
  void opensStl10AndAmat(SparkSession spark) throws IOException {
    copy("stl10-3_X.bin", "train_X.bin");
    copy("stl10-3_y.bin", "train_y.bin");
    assertThatThrownBy(() -> open(spark, "stl10", OPTIONS))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("at least one image of class");
    Files.writeString(dir.resolve("a_train.amat"), "0 0 0 0 0\n1 1 1 1 1\n");
    Files.writeString(dir.resolve("a_test.amat"), "0 1 0 1 1\n");
    ImageSource source =
        open(
            spark,
            "amat",
            SourceOptions.builder()
                .seed(1)
                .shape(new ImageShape(1, 2, 2))
                .classNames(List.of("zero", "one"))
                .build());
    assertThat(source.check(spark).counts().get("test")).containsExactly(0L, 1L);
  }

  @Test
  void saysWhatItKnowsAndWhatIsMissing(SparkSession spark) {
    assertThat(SourceCatalog.names()).contains("mnist-rot", "idx", "stl10-ablation:SIZE");
    assertThatThrownBy(() -> open(spark, "svhn", OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("svhn")
        .hasMessageContaining("folder");
    for (String format : List.of("idx", "amat", "cifar10", "cifar100", "stl10", "folder")) {
      assertThatThrownBy(() -> open(spark, format, OPTIONS))
          .as(format)
          .isInstanceOf(BadImageDataException.class)
          .hasMessageContaining(dir.toString());
    }
    assertThatThrownBy(
            () -> open(spark, "mnist", SourceOptions.builder().seed(1).tolerate(3).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mnist");
  }

  @Test
  void refusesOptionsThatWouldGoUnheard() {
    ImageShape shape = new ImageShape(1, 28, 28);
    List<String> classes = List.of("a", "b");
    for (String name : List.of("idx", "cifar10", "stl10", "mnist-rot", "stl10-ablation:250")) {
      assertThatThrownBy(
              () -> SourceCatalog.check(name, SourceOptions.builder().seed(1).shape(shape).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + name + "'")
          .hasMessageContaining("shape");
    }
    for (String name : List.of("stl10", "folder", "mnist", "mnist-o2:as-published")) {
      assertThatThrownBy(
              () ->
                  SourceCatalog.check(
                      name, SourceOptions.builder().seed(1).classNames(classes).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + name + "'")
          .hasMessageContaining("classes");
    }
    assertThatThrownBy(() -> SourceCatalog.check("stl10-ablation:251", OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'251' (a multiple of 10 of 10 to 8000)");
    for (String name : List.of("amat", "parquet", "delta")) {
      SourceCatalog.check(
          name,
          SourceOptions.builder().seed(1).shape(shape).classNames(classes).tolerate(1).build());
    }
    SourceCatalog.check(
        "idx", SourceOptions.builder().seed(1).classNames(classes).tolerate(1).build());
    SourceCatalog.check("folder", SourceOptions.builder().seed(1).shape(shape).tolerate(1).build());
  }
}
