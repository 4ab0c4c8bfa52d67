package org.e2spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.infer.UntrainedModel;
import org.e2spark.train.TestDigits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
@Tag("writes-files")
class FeatureExtractorTest {

  private static final int IMAGES = 90;

  @TempDir static Path folder;
  private static String saved;
  private static Dataset<Row> images;
  private static EquivariantClassificationModel model;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    TestDigits.prepare(spark, folder, IMAGES, 10);
    saved = UntrainedModel.write("quickstart/c8", TestDigits.SIDE, folder.resolve("model"));
    images =
        TestDigits.source(folder).read(spark).filter(col("split").equalTo("train")).repartition(2);
    model =
        new EquivariantClassificationModel(
                "given", IdentifiedModel.of(UntrainedModel.of("quickstart/c8", TestDigits.SIDE)))
            .setFeaturesCol("image")
            .setImageFormat("chw");
  }

  private static String out(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static Dataset<Row> withBadOnes() {
    return images.withColumn("image", expr("case when id % 30 = 0 then null else image end"));
  }

  @Test
  void aPipelineOnFeaturesIsSavedAndLoaded() throws IOException {
    EquivariantFeatureExtractor extractor = model.featureExtractor("features.8");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  extractor.setPredictionCol("label of network"),
                  new Normalizer().setInputCol("features").setOutputCol("direction")
                });
    PipelineModel fitted = pipeline.fit(images);
    List<Row> seen =
        fitted.transform(images).orderBy("id").select("id", "features").collectAsList();
    assertThat(seen).hasSize(IMAGES);
    assertThat(seen.get(0).<Vector>getAs("features").size()).isEqualTo(48);
    fitted.write().overwrite().save(out("pipeline"));
    assertThat(
            PipelineModel.load(out("pipeline"))
                .transform(images)
                .orderBy("id")
                .select("id", "features")
                .collectAsList())
        .isEqualTo(seen);
    List<Row> byPath =
        new EquivariantFeatureExtractor()
            .setModelPath(saved)
            .setLayer("features.8")
            .setImageFormat("chw")
            .transform(images)
            .orderBy("id")
            .select("id", "features")
            .collectAsList();
    assertThat(byPath).isEqualTo(seen);
  }

  @Test
  void refusesBeforeAnyJob() {
    assertThatThrownBy(() -> model.featureExtractor("features.99").transform(images))
        .hasMessageContaining("No layer 'features.99'");
    assertThatThrownBy(() -> model.featureExtractor("").setInputCol("split").transform(images))
        .hasMessageContaining("Column 'split' is of type string");
    assertThatThrownBy(() -> new EquivariantFeatureExtractor().transform(images))
        .hasMessageContaining("modelPath is not set");
    assertThatThrownBy(() -> model.featureExtractor("").setOutputCol("id").transform(images))
        .hasMessageContaining("Column 'id' is there already");
  }

  @Test
  void badImagesAreErrorsLeftOutOrKept() {
    EquivariantClassificationModel copy = model.copy(new org.apache.spark.ml.param.ParamMap());
    assertThatThrownBy(() -> copy.transform(withBadOnes()).collect())
        .rootCause()
        .hasMessageContaining("column 'image'");
    assertThat(copy.setHandleInvalid("skip").transform(withBadOnes()).count())
        .isEqualTo(IMAGES - 3);
    Dataset<Row> kept = copy.setHandleInvalid("keep").transform(withBadOnes());
    assertThat(kept.count()).isEqualTo(IMAGES);
    assertThat(
            kept.filter(col("prediction").isNull().and(col("invalidReason").isNotNull())).count())
        .isEqualTo(3);
  }

  @Test
  void thresholdsChangeWhatIsPredicted() {
    EquivariantClassificationModel copy = model.copy(new org.apache.spark.ml.param.ParamMap());
    assertThat(
            copy.setThresholds(new double[] {1, 0, 1})
                .transform(images)
                .filter(col("prediction").equalTo(1))
                .count())
        .isEqualTo(IMAGES);
    assertThatThrownBy(() -> copy.setThresholds(new double[] {1, 2}).transform(images))
        .hasMessageContaining("2 thresholds for 3 classes");
  }

  @Test
  void aStreamOfNewFilesIsExtracted(SparkSession spark) throws Exception {
    images.write().parquet(out("arriving"));
    Dataset<Row> stream = spark.readStream().schema(images.schema()).parquet(out("arriving"));
    StreamingQuery query =
        model
            .featureExtractor("")
            .transform(stream)
            .drop("image")
            .writeStream()
            .format("parquet")
            .option("path", out("streamed"))
            .option("checkpointLocation", out("checkpoint"))
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    assertThat(
            spark.read().parquet(out("streamed")).orderBy("id").select("features").collectAsList())
        .isEqualTo(
            model
                .featureExtractor("")
                .transform(images)
                .orderBy("id")
                .select("features")
                .collectAsList());
  }

  @Test
  void sqlPredictsAsTheModelDoes(SparkSession spark) {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      SparkSession extended =
          SparkSession.builder().withExtensions(new E2SparkExtensions()).getOrCreate();
      images.write().parquet(out("queried"));
      extended.read().parquet(out("queried")).createOrReplaceTempView("images");
      assertThatThrownBy(
              () -> extended.sql("select e2spark_predict(image, 'chw') from images").collect())
          .hasMessageContaining("SET spark.e2spark.predict.model");
      extended.sql("SET spark.e2spark.predict.model = " + saved);
      List<Row> rows =
          extended
              .sql(
                  "select id, e2spark_predict(image, 'chw').prediction as prediction from images"
                      + " order by id")
              .collectAsList();
      assertThat(rows)
          .isEqualTo(
              model.transform(images).orderBy("id").select("id", "prediction").collectAsList());
    } finally {
      SparkSession.setActiveSession(spark);
      SparkSession.setDefaultSession(spark);
    }
  }
}
