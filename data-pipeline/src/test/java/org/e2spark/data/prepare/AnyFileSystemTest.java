package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.TableSource;
import org.e2spark.data.source.TestData;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.data.source.known.SourceOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every format from, and shards to, a file system whose paths name nothing on the local disk: what
 * reads {@code viewfs://images/data} with Java's own file classes finds nothing.
 */
@ExtendWith(SparkExtension.class)
class AnyFileSystemTest {
  private static final String ROOT = "viewfs://images/data/";
  private static final SourceOptions OPTIONS = SourceOptions.ofSeed(1);

  @TempDir Path dir;

  @BeforeEach
  void mount(SparkSession spark) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    configuration.set("fs.viewfs.mounttable.images.link./data", dir.toUri().toString());
    configuration.set("fs.viewfs.impl.disable.cache", "true");
  }

  private void copy(String name, String to) throws IOException {
    Files.createDirectories(dir.resolve(to).getParent());
    Files.copy(TestData.path(TestData.class, name), dir.resolve(to));
  }

  private static void check(SparkSession spark, String folder, ImageSource source, long images)
      throws IOException {
    var output = new org.apache.hadoop.fs.Path(ROOT + "shards/" + folder);
    PrepareReport report = PrepareJob.run(spark, source, output, PrepareOptions.none());
    assertThat(report.manifest().split("train").samples()).as(folder).isEqualTo(images);
    byte[] first = source.read(spark).orderBy("id").head().getAs("image");
    Path cache = Files.createTempDirectory("e2spark-cache");
    Configuration configuration = new Configuration(spark.sparkContext().hadoopConfiguration());
    configuration.set("e2spark.shard.cache.dir", cache.toString());
    try (ShardDataset train = ShardDataset.open(output, "train", configuration)) {
      assertThat(IdxFiles.image(train, 0)).as(folder).isEqualTo(first);
    } finally {
      org.apache.hadoop.fs.FileUtil.fullyDelete(cache.toFile());
    }
  }

  @Test
  void readsEveryFormatAndWritesShards(SparkSession spark) throws IOException {
    copy("mnist-64-images-idx3-ubyte.gz", "idx/train-images-idx3-ubyte.gz");
    copy("mnist-64-labels-idx1-ubyte", "idx/train-labels-idx1-ubyte");
    copy("cifar10-32.bin", "cifar10/data_batch_1.bin");
    copy("files/colour.png", "folder/frog/a.png");
    copy("files/colour.bmp", "folder/truck/b.bmp");
    Files.createDirectories(dir.resolve("amat"));
    Files.writeString(
        dir.resolve("amat/train.amat"),
        ("0 ".repeat(784) + "0\n").concat("1 ".repeat(784) + "1\n"));
    for (Map.Entry<String, Integer> format :
        Map.of("idx", 64, "cifar10", 32, "folder", 2, "amat", 2).entrySet()) {
      String name = format.getKey();
      SourceOptions options =
          name.equals("amat")
              ? SourceOptions.builder().seed(1).classNames(List.of("0", "1")).build()
              : OPTIONS;
      check(spark, name, SourceCatalog.open(spark, name, ROOT + name, options), format.getValue());
    }
    SourceCatalog.open(spark, "cifar10", ROOT + "cifar10", OPTIONS)
        .read(spark)
        .write()
        .parquet(ROOT + "parquet");
    check(
        spark,
        "parquet",
        SourceCatalog.open(
            spark,
            "parquet",
            ROOT + "parquet",
            SourceOptions.builder().seed(1).shape(TestData.CIFAR).build()),
        32);
    Files.delete(dir.resolve("folder/truck/b.bmp"));
    copy("files/colour.tiff", "folder/truck/c.tiff");
    check(spark, "binary", TableSource.binaryFiles(spark, ROOT + "folder").open(), 2);
  }

  @Test
  void readsStl10ByHand(SparkSession spark) throws IOException {
    copy("stl10-3_X.bin", "stl/train_X.bin");
    copy("stl10-3_y.bin", "stl/train_y.bin");
    ImageSource source =
        org.e2spark.data.source.Stl10Source.builder()
            .split("train", ROOT + "stl/train_X.bin", ROOT + "stl/train_y.bin")
            .open(spark.sparkContext().hadoopConfiguration());
    check(spark, "stl", source, 3);
  }
}
