package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.query.StoredRows;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class ShardedDatasetTest {
  private static final ImageShape SHAPE = new ImageShape(1, 2, 3);
  private static final int ROWS = 5000;
  private static final StructType SCHEMA =
      new StructType()
          .add("kind", DataTypes.LongType)
          .add("other", DataTypes.StringType)
          .add("picture", DataTypes.BinaryType);

  @TempDir Path dir;
  private SpillOptions options;

  @BeforeEach
  void chooseFolder() throws IOException {
    Files.createDirectories(dir.resolve("spill"));
    options =
        SpillOptions.of(SHAPE)
            .withFolder(new org.apache.hadoop.fs.Path(dir.resolve("spill").toUri()));
  }

  private static byte[] image(int row) {
    return ByteBuffer.allocate(6).putInt(row).put((byte) -1).put((byte) 7).array();
  }

  private static Dataset<Row> images(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create((long) (i % 7), "x" + i, image(i)));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(3);
  }

  private void check(ShardedDataset sharded) {
    assertThat(sharded.manifest().classNames()).hasSize(7);
    ShardManifest.Split split = sharded.manifest().split(ShardedDataset.SPLIT);
    assertThat(split.samples()).isEqualTo(ROWS);
    boolean[] seen = new boolean[ROWS];
    try (ShardDataset dataset =
        ShardDataset.open(sharded.directory(), ShardedDataset.SPLIT, new Configuration())) {
      byte[] image = new byte[6];
      for (int i = 0; i < ROWS; i++) {
        dataset.copyImage(i, ByteBuffer.wrap(image), 0);
        int row = ByteBuffer.wrap(image).getInt();
        assertThat(image).isEqualTo(image(row));
        assertThat(dataset.label(i)).isEqualTo(row % 7);
        assertThat(seen[row]).isFalse();
        seen[row] = true;
      }
    }
  }

  private List<Path> spilled() throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("spill"))) {
      return files.toList();
    }
  }

  @Test
  void takesColumnBatchesOfParquet(SparkSession spark) throws IOException {
    String path = dir.resolve("images.parquet").toUri().toString();
    images(spark).write().parquet(path);
    Dataset<Row> parquet = spark.read().parquet(path);
    assertThat(StoredRows.inBatches(parquet.select(col("picture"), col("kind")))).isTrue();
    assertThat(StoredRows.inBatches(parquet.filter(col("kind").gt(2)))).isFalse();
    try (ShardedDataset sharded = ShardedDataset.from(parquet, "picture", "kind", options)) {
      check(sharded);
    }
    assertThat(spilled()).isEmpty();
  }

  @Test
  void takesBatchesOfDictionariesAndOutsideTheHeap(SparkSession spark) throws IOException {
    String path = dir.resolve("images.parquet").toUri().toString();
    // Few different images and small pages: Parquet stores them as a dictionary.
    Dataset<Row> few = images(spark).withColumn("picture", concat(lit(image(3)), lit(new byte[0])));
    few.coalesce(1).write().parquet(path);
    spark.conf().set("spark.sql.columnVector.offheap.enabled", "true");
    try (ShardedDataset sharded =
            ShardedDataset.from(spark.read().parquet(path), "picture", "kind", options);
        ShardDataset dataset =
            ShardDataset.open(sharded.directory(), ShardedDataset.SPLIT, new Configuration())) {
      byte[] image = new byte[6];
      for (int i = 0; i < ROWS; i += 997) {
        dataset.copyImage(i, ByteBuffer.wrap(image), 0);
        assertThat(image).isEqualTo(image(3));
      }
    } finally {
      spark.conf().unset("spark.sql.columnVector.offheap.enabled");
    }
    String unlike = dir.resolve("unlike.parquet").toUri().toString();
    images(spark).write().parquet(unlike);
    spark.conf().set("spark.sql.columnVector.offheap.enabled", "true");
    try (ShardedDataset sharded =
        ShardedDataset.from(spark.read().parquet(unlike), "picture", "kind", options)) {
      check(sharded);
    } finally {
      spark.conf().unset("spark.sql.columnVector.offheap.enabled");
    }
  }

  @Test
  void takesRowsOfACachedTableAndOfAJoin(SparkSession spark) throws IOException {
    Dataset<Row> cached = images(spark).cache();
    try (ShardedDataset sharded = ShardedDataset.from(cached, "picture", "kind", options)) {
      check(sharded);
    } finally {
      cached.unpersist(true);
    }
    Dataset<Row> joined =
        images(spark)
            .join(spark.range(7).withColumnRenamed("id", "kind"), "kind")
            .select("kind", "picture");
    try (ShardedDataset sharded = ShardedDataset.from(joined, "picture", "kind", options)) {
      check(sharded);
    }
    assertThat(spilled()).isEmpty();
  }

  @Test
  void namesTheFileThatSparkCannotRead(SparkSession spark) throws IOException {
    Path table = dir.resolve("images.parquet");
    images(spark).coalesce(1).write().parquet(table.toUri().toString());
    Dataset<Row> parquet = spark.read().parquet(table.toUri().toString());
    Path part;
    try (Stream<Path> files = Files.list(table)) {
      part = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Files.delete(part.resolveSibling("." + part.getFileName() + ".crc"));
    byte[] whole = Files.readAllBytes(part);
    Files.write(part, java.util.Arrays.copyOf(whole, whole.length - 100));
    assertThatThrownBy(() -> ShardedDataset.from(parquet, "picture", "kind", options))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining(part.getFileName().toString());
    assertThat(spilled()).isEmpty();
  }

  @Test
  void takesRowsOfAnyOtherPlan(SparkSession spark) throws IOException {
    Dataset<Row> rows =
        images(spark)
            .withColumn("class", col("kind").cast(DataTypes.IntegerType))
            .withColumn("bytes", concat(col("picture")));
    try (ShardedDataset sharded =
        ShardedDataset.from(rows, "bytes", "class", options.withMaxShardBytes(30_000))) {
      check(sharded);
      assertThat(sharded.manifest().split(ShardedDataset.SPLIT).shards()).hasSizeGreaterThan(3);
    }
    assertThat(spilled()).isEmpty();
  }

  @Test
  void takesTheDoubleLabelsOfSparkMl(SparkSession spark) throws IOException {
    Dataset<Row> images = images(spark).withColumn("kind", col("kind").cast(DataTypes.DoubleType));
    String path = dir.resolve("doubles.parquet").toUri().toString();
    images.write().parquet(path);
    for (Dataset<Row> plan : List.of(images, spark.read().parquet(path))) {
      try (ShardedDataset sharded = ShardedDataset.from(plan, "picture", "kind", options)) {
        check(sharded);
      }
    }
    for (double wrong : new double[] {1.5, Double.NaN, -1}) {
      Dataset<Row> spoilt =
          images.withColumn("kind", when(col("other").equalTo("x7"), wrong).otherwise(col("kind")));
      assertThatThrownBy(() -> ShardedDataset.from(spoilt, "picture", "kind", options))
          .isInstanceOf(BadImageDataException.class)
          .hasMessageContaining("whole label in [0, ")
          .hasMessageContaining("label " + (wrong == -1 ? "-1" : wrong));
    }
    assertThat(spilled()).isEmpty();
  }

  @Test
  void carriesTheWeightsOfRows(SparkSession spark) throws IOException {
    Dataset<Row> weighted =
        images(spark)
            .withColumn("weight", col("kind").multiply(0.25))
            .withColumn("validates", col("other").endsWith("7"));
    try (ShardedDataset sharded =
        ShardedDataset.from(
            weighted,
            "picture",
            "kind",
            options.withWeightColumn("weight").withValidationColumn("validates"))) {
      assertThat(sharded.manifest().formatVersion()).isEqualTo(ShardManifest.FORMAT_VERSION);
      for (String name : List.of(ShardedDataset.SPLIT, ShardedDataset.VALIDATION)) {
        try (ShardDataset dataset =
            ShardDataset.open(sharded.directory(), name, new Configuration())) {
          double sum = 0;
          for (long i = 0; i < dataset.size(); i++) {
            assertThat(dataset.weight(i)).isEqualTo(0.25 * dataset.label(i));
            sum += dataset.weight(i);
          }
          assertThat(sharded.manifest().split(name).meanWeight()).isEqualTo(sum / dataset.size());
          try (BatchReader reader = BatchReader.builder(dataset).globalBatch(9).build();
              ImageBatch batch = reader.next();
              ImageBatch part = batch.slice(3, 5)) {
            assertThat(part.weights())
                .containsExactly(0.25 * batch.labels()[3], 0.25 * batch.labels()[4]);
          }
        }
      }
    }
    for (Double wrong : new Double[] {-0.5, Double.NaN, Double.POSITIVE_INFINITY, null}) {
      Dataset<Row> spoilt =
          weighted.withColumn(
              "weight",
              when(col("other").equalTo("x7"), lit(wrong).cast("double")).otherwise(col("weight")));
      assertThatThrownBy(
              () ->
                  ShardedDataset.from(
                      spoilt, "picture", "kind", options.withWeightColumn("weight")))
          .isInstanceOf(BadImageDataException.class)
          .hasMessageContaining("a weight >= 0")
          .hasMessageContaining("weight " + wrong);
    }
    assertThatThrownBy(
            () ->
                ShardedDataset.from(
                    weighted.withColumn("weight", lit(0d)),
                    "picture",
                    "kind",
                    options.withWeightColumn("weight")))
        .hasMessageContaining("a mean above 0");
    assertThat(spilled()).isEmpty();
  }

  @Test
  void leavesNothingWhenItFails(SparkSession spark) throws IOException {
    Dataset<Row> images = images(spark);
    Dataset<Row> withNull =
        images.withColumn("picture", when(col("other").notEqual("x4321"), col("picture")));
    assertThatThrownBy(() -> ShardedDataset.from(withNull, "picture", "kind", options))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("null");
    assertThatThrownBy(
            () ->
                ShardedDataset.from(
                    images, "picture", "kind", options.withClassNames(List.of("a", "b"))))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("[0, 2)");
    assertThatThrownBy(
            () -> ShardedDataset.from(images.filter(lit(false)), "picture", "kind", options))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("at least one image");
    assertThat(spilled()).isEmpty();
  }

  @Test
  void refusesColumnsOfOtherTypes(SparkSession spark) {
    assertThatThrownBy(() -> ShardedDataset.from(images(spark), "other", "kind", options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Column 'other' is of type string (must be one of [binary])");
    assertThatThrownBy(() -> ShardedDataset.from(images(spark), "picture", "klass", options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No column 'klass' (there are: kind, other, picture)");
  }
}
