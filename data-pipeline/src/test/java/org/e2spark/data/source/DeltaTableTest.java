package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.sql.DeltaSparkSessionExtension;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.data.source.known.SourceOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A table that Delta Lake's own jar wrote, in a session that knows Delta Lake. */
@ExtendWith({RootLocale.class, SparkExtension.class})
@EnabledForJreRange(
    max = JRE.JAVA_21,
    disabledReason = "A JDK 25 builds with Spark 4.2, and this Delta Lake knows Spark 4.0 alone")
class DeltaTableTest {
  @TempDir Path dir;
  private SparkSession plain;
  private SparkSession spark;

  @BeforeEach
  void openSession(SparkSession shared) {
    plain = shared;
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    spark =
        SparkSession.builder()
            .withExtensions(new DeltaSparkSessionExtension())
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            // The log of a table of a few rows is not work for fifty tasks.
            .config("spark.databricks.delta.snapshotPartitions", "1")
            .getOrCreate();
  }

  @AfterEach
  void closeSession() {
    SparkSession.setDefaultSession(plain);
    SparkSession.setActiveSession(plain);
  }

  @Test
  void readsTheNewestVersion() {
    Dataset<Row> cifar =
        CifarSource.builder(CifarSource.Labels.CIFAR10)
            .file("train", TestData.path(getClass(), "cifar10-32.bin").toString())
            .open(new Configuration())
            .read(spark);
    String table = dir.resolve("table").toString();
    cifar.where("id < 20").write().format("delta").save(table);
    cifar.where("id >= 10").write().format("delta").mode("overwrite").save(table);
    cifar.where("id < 10").write().format("delta").mode("append").save(table);
    SourceOptions options = SourceOptions.builder().shape(TestData.CIFAR).build();
    List<Row> rows =
        SourceCatalog.open(spark, "delta", table, options)
            .read(spark)
            .orderBy("id")
            .collectAsList();
    assertThat(rows).hasSize(32);
    for (int i = 0; i < 32; i++) {
      assertThat(rows.get(i).getLong(0)).isEqualTo(i);
      assertThat((byte[]) rows.get(i).get(1)).isEqualTo(TestData.cifar(i));
    }
  }
}
