package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.Rotation;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SparkExtension.class)
class PreparePlanTest {
  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);
  private static final int ROWS = 40;

  private static byte[] mirrored(byte[] image) {
    byte[] result = new byte[16];
    for (int p = 0; p < 16; p++) {
      result[p] = image[p / 4 * 4 + 3 - p % 4];
    }
    return result;
  }

  private static byte[] turned(byte[] image, double degrees) {
    return Rotation.ofDegrees(degrees, Interpolation.NEAREST).apply(image, SHAPE);
  }

  /** Sources mirror after they rotate, shards record a reflection before a rotation. */
  @Test
  void recordsWhatTheSourceAndItselfDidTogether(SparkSession spark) {
    StructType schema =
        ImageSource.SCHEMA
            .add("radians", DataTypes.DoubleType, false)
            .add("reflected", DataTypes.BooleanType, false);
    byte[] upright = new byte[16];
    new Random(5).nextBytes(upright);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      byte[] image = turned(upright, i % 4 * 90);
      boolean reflected = i / 4 % 2 == 1;
      rows.add(
          RowFactory.create(
              (long) i,
              reflected ? mirrored(image) : image,
              0,
              "train",
              i % 4 * Math.PI / 2,
              reflected));
    }
    List<ShardSlot> slots = List.of(new ShardSlot("train", 0, 0, ROWS - 1, ROWS));
    PrepareOptions options = PrepareOptions.builder().reflections().build();
    List<Row> prepared =
        PreparePlan.shardRows(
                PreparePlan.standard(spark.createDataFrame(rows, schema)), slots, SHAPE, options)
            .collectAsList();
    assertThat(prepared).hasSize(ROWS);
    Set<Integer> reflections = new HashSet<>();
    for (Row row : prepared) {
      int reflected = row.getAs("reflected");
      float angle = row.getAs("angle");
      reflections.add(reflected);
      byte[] expected = turned(reflected == 1 ? mirrored(upright) : upright, angle);
      assertThat(row.<byte[]>getAs("image")).isEqualTo(expected);
    }
    assertThat(reflections).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void givesEachShardAPartitionOfItsOwn() {
    for (int partitions : new int[] {1, 2, 7, 64}) {
      for (int partition = 0; partition < partitions; partition++) {
        int key = PreparePlan.partitionKey(partition, partitions);
        assertThat(Math.floorMod(Murmur3_x86_32.hashInt(key, 42), partitions)).isEqualTo(partition);
      }
    }
  }

  @Test
  void spreadsSmallSplitsOverSomeShards() {
    assertThat(PreparePlan.rowsPerShard(60_000, 80_000, 1024)).isEqualTo(8192);
    assertThat(PreparePlan.rowsPerShard(10, 80_000, 1024)).isEqualTo(1024);
    assertThat(PreparePlan.rowsPerShard(10_000_000, 80_000, 1024)).isEqualTo(80_000);
  }
}
