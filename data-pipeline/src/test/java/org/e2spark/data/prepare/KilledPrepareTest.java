package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ManifestException;
import org.e2spark.data.shard.OutputConflictException;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A preparation that is killed at any operation on files: the first, the last, all between. */
@ExtendWith(SparkExtension.class)
class KilledPrepareTest {
  private static final PrepareOptions OPTIONS =
      PrepareOptions.builder().seed(3).reflections().recordBatchRows(8).build();
  private static final PrepareOptions OTHER =
      PrepareOptions.builder().seed(4).reflections().recordBatchRows(8).build();

  @TempDir Path dir;

  @AfterEach
  void live() {
    DyingFileSystem.dieAfter(Integer.MAX_VALUE);
  }

  @Test
  void leavesNothingThatReadsAsCompleteAndResumesOrRefuses(SparkSession spark) throws IOException {
    DyingFileSystem.register(spark.sparkContext().hadoopConfiguration());
    ImageSource source = IdxFiles.tiny(dir.resolve("raw"), 14);
    Path whole = dir.resolve("whole");
    DyingFileSystem.dieAfter(Integer.MAX_VALUE);
    assertThat(PrepareJob.run(spark, source, DyingFileSystem.path(whole), OPTIONS).written())
        .isEqualTo(2);
    int operations = Integer.MAX_VALUE - DyingFileSystem.left();
    SortedMap<String, Integer> expected = PrepareProcessTest.files(whole);
    assertThat(operations).isBetween(20, 60);
    for (int i = 0; i < operations; i++) {
      Path killed = dir.resolve("killed" + i);
      DyingFileSystem.dieAfter(i);
      Throwable failure =
          catchThrowable(
              () -> PrepareJob.run(spark, source, DyingFileSystem.path(killed), OPTIONS));
      DyingFileSystem.dieAfter(Integer.MAX_VALUE);
      assertThat(failure).as("killed at operation %d", i).isNotNull();
      checkAfterwards(spark, source, killed, expected, i);
    }
  }

  private static void checkAfterwards(
      SparkSession spark,
      ImageSource source,
      Path killed,
      SortedMap<String, Integer> expected,
      int operation)
      throws IOException {
    var output = new org.apache.hadoop.fs.Path(killed.toUri());
    if (Files.exists(killed.resolve("manifest.json"))) {
      assertThat(PrepareProcessTest.files(killed)).containsAllEntriesOf(expected);
    } else {
      assertThatThrownBy(() -> ShardDataset.open(output, "train", new Configuration()))
          .as("killed at operation %d", operation)
          .isInstanceOf(ManifestException.class);
    }
    if (Files.exists(killed.resolve("_preparing/job.json"))) {
      assertThatThrownBy(() -> PrepareJob.run(spark, source, output, OTHER))
          .as("killed at operation %d", operation)
          .isInstanceOf(OutputConflictException.class)
          .hasMessageContaining("seed: 3, not 4");
    }
    PrepareReport report = PrepareJob.run(spark, source, output, OPTIONS);
    assertThat(report.written() + report.reused()).isEqualTo(2);
    assertThat(PrepareProcessTest.files(killed))
        .as("killed at operation %d", operation)
        .isEqualTo(expected);
  }
}
