package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class PrepareJobTest {
  @TempDir Path dir;

  @Test
  void writesRotatedPaddedDigits(SparkSession spark) throws IOException {
    PrepareOptions options =
        PrepareOptions.builder().seed(7).rotation(Interpolation.BILINEAR).padding(29, 29).build();
    var out = new org.apache.hadoop.fs.Path(dir.resolve("shards").toUri());
    PrepareReport report =
        PrepareJob.run(spark, MnistSample.extract(dir.resolve("raw")), out, options);
    assertThat(report.manifest().shape()).isEqualTo(new ImageShape(1, 29, 29));
    assertThat(report.manifest().split("train").samples()).isEqualTo(3000);
    assertThat(report.manifest().split("test").samples()).isEqualTo(1000);
    try (ShardDataset train = ShardDataset.open(out, "train", new Configuration())) {
      assertThat(train.size()).isEqualTo(3000);
      assertThat(train.id(2999)).isEqualTo(2999);
      assertThat(train.angle(0)).isBetween(0f, 360f).isNotEqualTo(train.angle(1));
    }
  }
}
