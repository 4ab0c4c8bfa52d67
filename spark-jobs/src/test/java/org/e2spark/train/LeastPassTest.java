package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is foreseen of passes, beside those that readers give. */
@ExtendWith(SparkExtension.class)
class LeastPassTest {

  private static final long SEED = Long.getLong("e2spark.seed", System.nanoTime());
  private static final int IMAGES = 60;

  @Test
  void aSinglePassIsForeseen(SparkSession spark, @TempDir Path folder) throws IOException {
    String shards = TestDigits.prepare(spark, folder, 3, IMAGES);
    Random random = new Random(SEED);
    try (ShardDataset dataset = TestDigits.open(shards, "test")) {
      for (int i = 0; i < 60; i++) {
        var least =
            new LeastPass(IMAGES, 1 + random.nextInt(70), random.nextInt(8), 1 + random.nextInt(5));
        String told = "-De2spark.seed=" + SEED + " " + least;
        assertThat(least.isSingle()).as(told).isEqualTo(fewest(dataset, least) == 1);
        var better =
            new LeastPass(IMAGES, least.nearestBatch(), least.microBatch(), least.workers());
        assertThat(better.isSingle() && least.microBatch() != 1).as(told).isFalse();
      }
    }
  }

  private static int fewest(ShardDataset dataset, LeastPass asked) {
    int fewest = Integer.MAX_VALUE;
    for (int rank = 0; rank < asked.workers(); rank++) {
      try (BatchReader reader =
          BatchReader.builder(dataset)
              .globalBatch(asked.batch())
              .unit(Math.max(1, asked.microBatch()))
              .rank(rank)
              .worldSize(asked.workers())
              .build()) {
        while (reader.hasNext()) {
          try (ImageBatch batch = reader.next()) {
            int size = asked.microBatch() == 0 ? batch.size() : asked.microBatch();
            for (int from = 0; from < batch.size(); from += size) {
              fewest = Math.min(fewest, Math.min(size, batch.size() - from));
            }
          }
        }
      }
    }
    return fewest;
  }
}
