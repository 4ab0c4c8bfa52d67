package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.degrees;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;
import org.e2spark.data.source.ImageShape;

/** The queries of a preparation, apart from the one that surveys the source. */
final class PreparePlan {
  private static final int SHARDS_OF_A_SMALL_SPLIT = 8;
  private static final double UNIT = 0x1p-53;

  /** Spark's own seed for hash partitioning. */
  private static final int PARTITIONER_SEED = 42;

  private PreparePlan() {}

  /**
   * The source's columns, and how it says that it turned its images: a source's {@code radians}
   * came before its {@code reflected}, whereas shards record degrees after a reflection.
   */
  static Dataset<Row> standard(Dataset<Row> source) {
    Dataset<Row> images = source;
    if (recordsTurns(source)) {
      Column reflected =
          has(source, "reflected") ? col("reflected").cast(DataTypes.IntegerType) : lit(0);
      Column degrees = has(source, "radians") ? degrees(col("radians")) : lit(0.0);
      images =
          source
              .withColumn("sourceReflected", reflected)
              .withColumn("sourceDegrees", degrees.multiply(sign(reflected)))
              .select("id", "image", "label", "split", "sourceDegrees", "sourceReflected");
    }
    return images;
  }

  static boolean recordsTurns(Dataset<Row> source) {
    return has(source, "radians") || has(source, "reflected");
  }

  private static boolean has(Dataset<Row> rows, String column) {
    return Arrays.asList(rows.columns()).contains(column);
  }

  /** A reflection turns the sense of the rotations it is exchanged with. */
  private static Column sign(Column reflected) {
    return lit(1).minus(lit(2).multiply(reflected));
  }

  /** Adds the copies of the training images; ids of all splits make room for them. */
  static Dataset<Row> copied(Dataset<Row> source, PrepareOptions options) {
    int copies = options.copies();
    if (copies == 1) {
      return source;
    }
    Column last =
        when(col("split").equalTo(PrepareOptions.TRAIN), lit(copies - 1)).otherwise(lit(0));
    return source
        .withColumn("copy", explode(sequence(lit(0), last)))
        .withColumn("id", col("id").multiply(lit((long) copies)).plus(col("copy")))
        .drop("copy");
  }

  /**
   * One row a shard: its split, place, first and last id and number of rows, from the keys alone.
   *
   * @param rowsPerShard rows of each shard of a split but its last
   */
  static Dataset<Row> slots(Dataset<Row> rows, Column rowsPerShard) {
    Column rank = row_number().over(Window.partitionBy("split").orderBy("id"));
    return rows.select(col("split"), col("id"))
        .withColumn("rank", rank)
        .withColumn("shard", expr("cast(rank - 1 as bigint)").divide(rowsPerShard).cast("int"))
        .groupBy("split", "shard")
        .agg(min("id").as("firstId"), max("id").as("lastId"), count(lit(1)).as("rows"));
  }

  static List<ShardSlot> collectSlots(Dataset<Row> slots) {
    List<ShardSlot> result = new ArrayList<>();
    for (Row row : slots.collectAsList()) {
      result.add(
          new ShardSlot(
              row.getAs("split"),
              row.getAs("shard"),
              row.getAs("firstId"),
              row.getAs("lastId"),
              row.getAs("rows")));
    }
    result.sort(Comparator.comparing(ShardSlot::split).thenComparing(ShardSlot::index));
    return result;
  }

  /**
   * Rows of a shard: as many as may be, but fewer where a split would otherwise keep few tasks
   * busy; a function of the split's size, never of the cluster's.
   */
  static long rowsPerShard(long splitRows, int most, int recordBatchRows) {
    long spread = (splitRows + SHARDS_OF_A_SMALL_SPLIT - 1) / SHARDS_OF_A_SMALL_SPLIT;
    long whole = (spread + recordBatchRows - 1) / recordBatchRows * recordBatchRows;
    return Math.min(most, whole);
  }

  /** The rows of the slots, each slot's together and in order, images transformed. */
  static Dataset<Row> shardRows(
      Dataset<Row> rows, List<ShardSlot> slots, ImageShape shape, PrepareOptions options) {
    List<Row> table = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      ShardSlot slot = slots.get(i);
      table.add(
          RowFactory.create(
              slot.split(), slot.firstId(), slot.lastId(), i, partitionKey(i, slots.size())));
    }
    Dataset<Row> slotTable = rows.sparkSession().createDataFrame(table, ShardSlot.SCHEMA);
    Column belongs =
        col("split")
            .equalTo(col("slotSplit"))
            .and(col("id").between(col("firstId"), col("lastId")));
    Dataset<Row> placed =
        rows.join(broadcast(slotTable), belongs)
            .drop("split", "slotSplit", "firstId", "lastId")
            .repartition(slots.size(), col("partitionKey"))
            .sortWithinPartitions("slot", "id");
    return transformed(placed, shape, options);
  }

  private static Dataset<Row> transformed(
      Dataset<Row> rows, ImageShape shape, PrepareOptions options) {
    Column angle =
        options.rotation().isPresent()
            ? random(options.seed(), "angle").multiply(lit(360 * UNIT)).cast(DataTypes.FloatType)
            : lit(0f);
    Column reflected =
        options.reflections()
            ? random(options.seed(), "reflected").mod(lit(2)).cast(DataTypes.IntegerType)
            : lit(0);
    Column image = col("image");
    if (changesPixels(options)) {
      image =
          udf(new ImageTransform(shape, options), DataTypes.BinaryType)
              .apply(image, col("angle"), col("reflected"));
    }
    Column allDegrees = col("angle");
    Column allReflected = col("reflected");
    if (has(rows, "sourceDegrees")) {
      Column before = col("sourceDegrees").multiply(sign(col("reflected")));
      allDegrees = pmod(col("angle").plus(before), lit(360.0)).cast(DataTypes.FloatType);
      allReflected = col("reflected").bitwiseXOR(col("sourceReflected"));
    }
    return rows.withColumn("angle", angle)
        .withColumn("reflected", reflected)
        .select(
            col("slot"),
            col("id"),
            col("label"),
            image.as("image"),
            allDegrees.as("angle"),
            allReflected.as("reflected"));
  }

  static boolean changesPixels(PrepareOptions options) {
    return turns(options) || options.resize().isPresent() || options.padding().isPresent();
  }

  static boolean turns(PrepareOptions options) {
    return options.rotation().isPresent() || options.reflections();
  }

  /** 53 random bits a row, a function of seed, purpose and id. */
  static Column random(long seed, String purpose) {
    return shiftrightunsigned(xxhash64(lit(seed), lit(purpose), col("id")), 11);
  }

  /**
   * A number that Spark's hash partitioner sends to a partition, so that no two shards share one.
   */
  static int partitionKey(int partition, int partitions) {
    int key = 0;
    while (Math.floorMod(Murmur3_x86_32.hashInt(key, PARTITIONER_SEED), partitions) != partition) {
      key++;
    }
    return key;
  }
}
