package org.e2spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.e2spark.data.source.BadImageDataException;
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
    EquivariantClassificationModel copy = model.copy(new ParamMap());
    EquivariantFeatureExtractor extractor =
        model.featureExtractor("").setInvalidReasonCol("why").setPredictionCol("prediction");
    for (Transformer stage : List.of(copy, extractor)) {
      assertThatThrownBy(() -> stage.transform(withBadOnes()).collect())
          .rootCause()
          .isInstanceOf(BadImageDataException.class)
          .hasMessageContaining("column 'image'");
    }
    assertThat(copy.setHandleInvalid("skip").transform(withBadOnes()).count())
        .isEqualTo(IMAGES - 3);
    assertThat(extractor.setHandleInvalid("skip").transform(withBadOnes()).columns())
        .doesNotContain("why");
    assertThat(extractor.transform(withBadOnes()).count()).isEqualTo(IMAGES - 3);
    assertKeeps(copy.setHandleInvalid("keep"), "prediction", "invalidReason");
    assertKeeps(extractor.setHandleInvalid("keep"), "features", "why");
    assertThatThrownBy(() -> extractor.setInvalidReasonCol("").transform(images))
        .hasMessageContaining("A column for the reason");
    assertThatThrownBy(() -> extractor.setHandleInvalid("ignore"))
        .hasMessageContaining("handleInvalid");
  }

  /** Whether rows stay, those without an image for a reason and without results. */
  private static void assertKeeps(Transformer stage, String result, String reason) {
    Dataset<Row> kept = stage.transform(withBadOnes());
    assertThat(stage.transformSchema(withBadOnes().schema())).isEqualTo(kept.schema());
    assertThat(kept.count()).isEqualTo(IMAGES);
    assertThat(kept.filter(col(result).isNull().and(col(reason).contains("image"))).count())
        .isEqualTo(3);
    assertThat(kept.filter(col(result).isNotNull().and(col(reason).isNull())).count())
        .isEqualTo(IMAGES - 3);
  }

  @Test
  void thresholdsChangeWhatIsPredicted() {
    EquivariantClassificationModel copy = model.copy(new ParamMap());
    assertThat(
            copy.setThresholds(new double[] {1, 0, 1})
                .transform(images)
                .filter(col("prediction").equalTo(1))
                .count())
        .isEqualTo(IMAGES);
    assertThatThrownBy(() -> copy.setThresholds(new double[] {1, 2}).transform(images))
        .hasMessageContaining("2 thresholds for 3 classes");
  }

  /** The files of a folder that are new since the last time. */
  private static void stream(SparkSession spark, Transformer stage, String to) throws Exception {
    Dataset<Row> arriving = spark.readStream().schema(images.schema()).parquet(out("arriving"));
    StreamingQuery query =
        stage
            .transform(arriving)
            .drop("image")
            .writeStream()
            .format("parquet")
            .option("path", out(to))
            .option("checkpointLocation", out(to + "-checkpoint"))
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
  }

  private static void assertStreamed(SparkSession spark, Transformer stage, String result) {
    List<Row> seen =
        spark
            .read()
            .parquet(out("streamed-" + result))
            .orderBy("id")
            .select("id", result)
            .collectAsList();
    assertThat(seen)
        .isEqualTo(stage.transform(images).orderBy("id").select("id", result).collectAsList());
  }

  @Test
  void aStreamOfNewFilesIsExtracted(SparkSession spark) throws Exception {
    EquivariantFeatureExtractor extractor = model.featureExtractor("");
    images.filter(col("id").lt(40)).write().parquet(out("arriving"));
    stream(spark, extractor, "streamed-features");
    assertThat(spark.read().parquet(out("streamed-features")).count()).isEqualTo(40);
    images.filter(col("id").geq(40)).write().mode("append").parquet(out("arriving"));
    stream(spark, extractor, "streamed-features");
    assertStreamed(spark, extractor, "features");
    stream(spark, model, "streamed-prediction");
    assertStreamed(spark, model, "prediction");
  }

  private static void write(byte[] pixels, Path folder, long id) throws IOException {
    BufferedImage image =
        new BufferedImage(TestDigits.SIDE, TestDigits.SIDE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, TestDigits.SIDE, TestDigits.SIDE, pixels);
    ImageIO.write(image, "png", folder.resolve(id + ".png").toFile());
  }

  @Test
  void sqlPredictsAsTheModelDoes(SparkSession spark) throws IOException {
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
      List<Row> expected =
          model.transform(images).orderBy("id").select("id", "prediction").collectAsList();
      assertThat(
              extended
                  .sql(
                      "select id, e2spark_predict(image, 'chw').prediction as prediction from images"
                          + " order by id")
                  .collectAsList())
          .isEqualTo(expected);
      // As README shows it.
      for (Row row : images.filter(col("id").lt(3)).collectAsList()) {
        write(
            row.getAs("image"), Files.createDirectories(folder.resolve("files")), row.getAs("id"));
      }
      assertThat(
              extended
                  .sql(
                      "SELECT path, e2spark_predict(content).className FROM binaryFile.`"
                          + out("files")
                          + "` ORDER BY path")
                  .collectAsList())
          .extracting(row -> row.getString(1))
          .containsExactlyElementsOf(
              expected.subList(0, 3).stream()
                  .map(row -> model.classNames().get((int) row.getDouble(1)))
                  .toList());
      assertThat(
              extended
                  .sql(
                      "select e2spark_predict(if(id = 7, null, image), 'chw') is null from images"
                          + " where id in (7, 8) order by id")
                  .collectAsList())
          .extracting(row -> row.getBoolean(0))
          .containsExactly(true, false);
      assertThatThrownBy(
              () -> extended.sql("select e2spark_predict(image) from images").collectAsList())
          .rootCause()
          .isInstanceOf(BadImageDataException.class);
      assertThatThrownBy(() -> extended.sql("select e2spark_predict(image, 'bgr') from images"))
          .hasMessageContaining("'encoded', 'chw' or 'hwc', not 'bgr'");
      assertThatThrownBy(() -> extended.sql("select e2spark_predict(split) from images"))
          .hasMessageContaining("is of type string");
      assertThatThrownBy(() -> extended.sql("select e2spark_predict() from images"))
          .hasMessageContaining("not 0 arguments");
    } finally {
      SparkSession.setActiveSession(spark);
      SparkSession.setDefaultSession(spark);
    }
  }
}
