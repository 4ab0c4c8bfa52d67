package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.RapidsExplain;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks the RAPIDS Accelerator itself which operators of every plan of a preparation can run on a
 * GPU; those that cannot must be the ones listed, with reasons, in
 * cluster-configs/rapids/README.md. Needs the accelerator's jar and no GPU: {@code mvn -Prapids -pl
 * data-pipeline test -Dtest=RapidsPlanTest}.
 */
@ExtendWith(SparkExtension.class)
@EnabledIfSystemProperty(named = "e2spark.rapids.jar", matches = ".+")
class RapidsPlanTest {
  private static final String DRIVER_TABLE = "LocalTableScanExec";
  private static final String PIXELS = "ScalaUDF";
  private static final String HASH = "XxHash64";
  private static final String LENGTH = "Length";
  private static final String RAW_FILES = "RDDScanExec";

  @TempDir Path dir;

  @Test
  void everyOtherOperatorCanRunOnTheGpu(SparkSession spark)
      throws IOException, ReflectiveOperationException {
    PrepareOptions options =
        PrepareOptions.builder()
            .rotation(Interpolation.BILINEAR)
            .reflections()
            .copies(3)
            .padding(29, 29)
            .division(Map.of("train", 0.8, "validation", 0.2))
            .build();
    String table = dir.resolve("digits").toUri().toString();
    ImageSource raw = MnistSample.extract(dir.resolve("raw"));
    raw.read(spark).write().parquet(table);
    Dataset<Row> source = spark.read().parquet(table);
    ImageShape shape = new ImageShape(1, 28, 28);
    SourceSurvey survey = SourceSurvey.of(source, shape, 10);
    StratifiedDivision division = new StratifiedDivision(options, survey);
    Dataset<Row> rows = PreparePlan.copied(division.divide(source), options);
    Column rowsPerShard = functions.lit(1000L);
    List<ShardSlot> slots = PreparePlan.collectSlots(PreparePlan.slots(rows, rowsPerShard));

    Map<String, SortedSet<String>> found = new TreeMap<>();
    found.put("survey", RapidsExplain.onCpu("survey", SourceSurvey.query(source)));
    found.put("duplicates", RapidsExplain.onCpu("duplicates", DuplicateReport.query(source)));
    found.put("division", RapidsExplain.onCpu("division", division.boundaries(source)));
    found.put("slots", RapidsExplain.onCpu("slots", PreparePlan.slots(rows, rowsPerShard)));
    found.put(
        "convert",
        RapidsExplain.onCpu(
            "convert", PreparePlan.shardRows(source, slots, shape, PrepareOptions.none())));
    found.put(
        "turn", RapidsExplain.onCpu("turn", PreparePlan.shardRows(rows, slots, shape, options)));
    found.put("raw", RapidsExplain.onCpu("raw", SourceSurvey.query(raw.read(spark))));
    found.put(
        "raw turn",
        RapidsExplain.onCpu(
            "raw-turn", PreparePlan.shardRows(raw.read(spark), slots, shape, options)));
    Dataset<Row> turned =
        PreparePlan.standard(
            source
                .withColumn("radians", functions.lit(1.5))
                .withColumn("reflected", functions.lit(true)));
    found.put("turned survey", RapidsExplain.onCpu("turned-survey", SourceSurvey.query(turned)));
    found.put(
        "turned again",
        RapidsExplain.onCpu("turned-again", PreparePlan.shardRows(turned, slots, shape, options)));
    assertThat(found)
        .isEqualTo(
            Map.of(
                "survey", Set.of(HASH, LENGTH),
                "duplicates", Set.of(),
                "division", Set.of(DRIVER_TABLE),
                "slots", Set.of(DRIVER_TABLE),
                "convert", Set.of(DRIVER_TABLE),
                "turn", Set.of(DRIVER_TABLE, PIXELS),
                "raw", Set.of(RAW_FILES, HASH, LENGTH),
                "raw turn", Set.of(RAW_FILES, DRIVER_TABLE, PIXELS),
                "turned survey", Set.of(HASH, LENGTH),
                "turned again", Set.of(DRIVER_TABLE, PIXELS)));
  }
}
