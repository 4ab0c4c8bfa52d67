package org.e2spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.train.TestDigits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
@Tag("writes-files")
class EquivariantClassifierTest {

  @TempDir static Path folder;
  private static Dataset<Row> images;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    TestDigits.prepare(spark, folder, 240, 60);
    images =
        TestDigits.source(folder)
            .read(spark)
            .withColumn("kind", concat(lit("digit "), col("label").cast("string")));
  }

  private static EquivariantClassifier classifier() {
    return new EquivariantClassifier()
        .setPreset("quickstart/cnn")
        .setImageShape(1, TestDigits.SIDE, TestDigits.SIDE)
        .setImageFormat("chw")
        .setMaxEpochs(3)
        .setBatchSize(24)
        .setLearningRate(5e-3)
        .setNumWorkers(2)
        .setStore(folder.resolve("store").toUri().toString())
        .setFeaturesCol("image")
        .setLabelCol("index");
  }

  private static String out(String name) {
    return folder.resolve(name).toUri().toString();
  }

  @Test
  void aPipelineIsFittedSavedLoadedAndGivesTheSame(SparkSession spark) throws IOException {
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer()
                      .setInputCol("kind")
                      .setOutputCol("index")
                      .setStringOrderType("alphabetDesc"),
                  classifier()
                });
    pipeline.write().overwrite().save(out("pipeline"));
    PipelineModel model =
        Pipeline.load(out("pipeline")).fit(images.filter(col("split").equalTo("train")));
    assertThat(folder.resolve("store")).isEmptyDirectory();
    EquivariantClassificationModel network = (EquivariantClassificationModel) model.stages()[1];
    assertThat(network.classNames()).containsExactly("digit 2", "digit 1", "digit 0");

    Dataset<Row> test = images.filter(col("split").equalTo("test"));
    Dataset<Row> seen = model.transform(test);
    assertThat(seen.columns()).contains("id", "rawPrediction", "probability", "prediction");
    assertThat(seen.filter(col("prediction").equalTo(col("index"))).count()).isGreaterThan(54);

    model.write().overwrite().save(out("model"));
    Dataset<Row> again = PipelineModel.load(out("model")).transform(test);
    List<Row> expected =
        seen.orderBy("id").select("id", "probability", "prediction").collectAsList();
    assertThat(again.orderBy("id").select("id", "probability", "prediction").collectAsList())
        .isEqualTo(expected);

    Row first = test.orderBy("id").head();
    byte[] pixels = first.getAs("image");
    double[] values = new double[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xff;
    }
    assertThat(network.predict(Vectors.dense(values)))
        .isEqualTo(expected.get(0).<Double>getAs("prediction"));

    EquivariantClassificationModel copy = network.copy(new ParamMap());
    copy.setRawPredictionCol("");
    copy.setProbabilityCol("");
    assertThat(copy.transform(test).columns()).contains("prediction").doesNotContain("probability");

    assertThatThrownBy(
            () -> copy.transform(test.withColumn("image", lit(new byte[] {1}))).collect())
        .rootCause()
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("column 'image'");
  }

  @Test
  void refusesBeforeAnyJob(SparkSession spark) {
    assertThatThrownBy(() -> classifier().setLabelCol("kind").fit(images))
        .hasMessageContaining("StringIndexer");
    assertThatThrownBy(() -> classifier().setLabelCol("label").setFeaturesCol("kind").fit(images))
        .hasMessageContaining("Column 'kind' is of type string");
    assertThatThrownBy(
            () -> classifier().setLabelCol("label").setFeaturesCol("picture").fit(images))
        .hasMessageContaining("No column 'picture'");
    assertThatThrownBy(
            () -> classifier().setLabelCol("label").setPreset("quickstart/c9").fit(images))
        .hasMessageContaining("quickstart/c8");
    assertThatThrownBy(() -> classifier().setMaxEpochs(0)).hasMessageContaining("maxEpochs");
  }

  @Test
  void everyServiceCanBeMadeAsSparkMakesIt() throws Exception {
    for (String service : List.of("Estimator", "Transformer")) {
      String file = "/META-INF/services/org.apache.spark.ml." + service;
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  EquivariantClassifier.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
        for (String name : lines.lines().filter(line -> line.startsWith("org.e2spark")).toList()) {
          Class<?> type = Class.forName(name);
          assertThat(type.getConstructor().newInstance()).isNotNull();
          PipelineStage stage =
              (PipelineStage) type.getConstructor(String.class).newInstance("given");
          assertThat(stage.uid()).isEqualTo("given");
          assertThat(stage.params()).allMatch(param -> param.parent().equals("given"));
          assertThat(type.getMethod("read")).isNotNull();
          assertThat(type.getMethod("load", String.class)).isNotNull();
        }
      }
    }
  }
}
