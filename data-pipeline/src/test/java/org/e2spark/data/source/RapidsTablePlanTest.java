package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plans by which tables are read, before their rows become images: {@code mvn -Prapids -pl
 * data-pipeline -am test -Dtest='Rapids*' -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@ExtendWith(SparkExtension.class)
@EnabledIfSystemProperty(named = "e2spark.rapids.jar", matches = ".+")
class RapidsTablePlanTest {
  @TempDir Path dir;

  @Test
  void onlyTheSortOfTablesWithoutIdsStaysOnTheCpu(SparkSession spark)
      throws IOException, ReflectiveOperationException {
    Dataset<Row> cifar =
        CifarSource.builder(CifarSource.Labels.CIFAR10)
            .file("train", TestData.path(getClass(), "cifar10-32.bin").toString())
            .open(new Configuration())
            .read(spark);
    String table = dir.resolve("table").toString();
    cifar.write().parquet(table);
    TableSource withIds = open(TableSource.parquet(spark, table).idColumn("id"));
    TableSource ranked = open(TableSource.parquet(spark, table));
    Map<String, SortedSet<String>> found = new TreeMap<>();
    found.put("ids", RapidsExplain.onCpu("table-ids", withIds.rows()));
    found.put("ranked", RapidsExplain.onCpu("table-ranked", ranked.rows()));
    assertThat(found)
        .isEqualTo(
            Map.of(
                "ids",
                Set.of(),
                "ranked",
                Set.of("RangePartitioning", "ShuffleExchangeExec", "SortExec", "SortOrder")));
  }

  private static TableSource open(TableSourceBuilder builder) {
    return builder
        .imageColumn("image", TableImages.CHW_BYTES)
        .labelColumn("label")
        .splitColumn("split")
        .shape(TestData.CIFAR)
        .open();
  }
}
