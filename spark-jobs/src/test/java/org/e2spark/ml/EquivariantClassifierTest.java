package org.e2spark.ml;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.engine.ChildJvm;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.infer.UntrainedModel;
import org.e2spark.text.Text;
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
    assertThat(seen.schema().apply("index").metadata())
        .isEqualTo(model.stages()[0].transform(test).schema().apply("index").metadata());
    assertThat(
            new IndexToString()
                .setInputCol("prediction")
                .setOutputCol("said")
                .transform(seen)
                .filter(col("said").equalTo(col("kind")))
                .count())
        .isEqualTo(seen.filter(col("prediction").equalTo(col("index"))).count());
    assertThat(seen.filter(col("prediction").equalTo(col("index"))).count()).isGreaterThan(54);

    model.write().save(out("model"));
    assertThatThrownBy(() -> model.write().save(out("model")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("already exists");
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

    assertThat(network.summary().objectiveHistory())
        .hasSize(3)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));

    EquivariantClassificationModel copy = network.copy(new ParamMap());
    assertThat(copy.uid()).isEqualTo(network.uid()).isEqualTo(network.parent().uid());
    assertThat(copy.parent()).isSameAs(network.parent());
    assertThat(copy.summary()).isSameAs(network.summary());
    assertThat(network.transformSchema(test.schema())).isEqualTo(network.transform(test).schema());
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
  void fitsOfACrossValidatorShareTheSlotsAndValidateOnTheirRows(SparkSession spark) {
    EquivariantClassifier classifier =
        classifier()
            .setLabelCol("label")
            .setMaxEpochs(2)
            .setValidationIndicatorCol("validates")
            .setHandleInvalid("skip");
    Dataset<Row> rows =
        images
            .withColumn("validates", col("id").mod(5).equalTo(0))
            .withColumn("image", expr("case when id = 7 then null else image end"));
    CrossValidatorModel best =
        new CrossValidator()
            .setNumFolds(2)
            .setEstimator(classifier)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(classifier.learningRate(), new double[] {1e-6, 5e-3})
                    .build())
            .setParallelism(2)
            .setSeed(3)
            .fit(rows);
    assertThat(best.avgMetrics()[1]).isGreaterThan(best.avgMetrics()[0]);
    EquivariantTrainingSummary summary =
        ((EquivariantClassificationModel) best.bestModel()).summary();
    assertThat(summary.totalIterations()).isEqualTo(2);
    assertThat(((EquivariantClassificationModel) best.bestModel()).classNames())
        .containsExactly("0", "1", "2");
    assertThat(summary.epochs()).allMatch(epoch -> epoch.validation().size() == 1);
    assertThat(folder.resolve("store")).isEmptyDirectory();
  }

  /** Every image also comes with a wrong label, in a row of weight 0. */
  @Test
  void fitsOfATrainValidationSplitShareTheSlotsAndWeighTheirRows(SparkSession spark) {
    EquivariantClassifier classifier =
        classifier().setLabelCol("said").setMaxEpochs(2).setWeightCol("trust");
    Dataset<Row> rows =
        images
            .withColumn("trust", explode(array(lit(0), lit(7))))
            .withColumn("said", expr("if(trust > 0, label, (label + 1) % 3)").cast("float"));
    MulticlassClassificationEvaluator evaluator =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .setLabelCol("said")
            .setWeightCol("trust");
    TrainValidationSplitModel best =
        new TrainValidationSplit()
            .setTrainRatio(0.8)
            .setEstimator(classifier)
            .setEvaluator(evaluator)
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(classifier.learningRate(), new double[] {5e-3, 1e-6})
                    .build())
            .setParallelism(2)
            .setSeed(3)
            .fit(rows);
    assertThat(best.validationMetrics()[0])
        .isGreaterThan(0.9)
        .isGreaterThan(best.validationMetrics()[1]);
    assertThat(folder.resolve("store")).isEmptyDirectory();
    assertThatThrownBy(() -> classifier.fit(rows.withColumn("trust", col("trust").minus(lit(1)))))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("a weight >= 0")
        .hasMessageContaining("weight -1.0");
  }

  /** Images of two sizes, and some that are none, as Spark's image structure. */
  @Test
  void mixedSizesAreResampledOrRefusedAndWhatIsNoImageIsAnErrorOrLeftOut(SparkSession spark) {
    String structure =
        "named_struct('origin', '', 'height', %1$d, 'width', %1$d, 'nChannels', 1, 'mode', 0, 'data',"
            + " substring(image, 1, %1$d * %1$d))";
    Dataset<Row> mixed =
        images
            .filter(col("split").equalTo("train"))
            .withColumn(
                "image",
                expr(
                    "case when id % 24 = 5 then null when id % 2 = 0 then "
                        + Text.format(structure, TestDigits.SIDE)
                        + " else "
                        + Text.format(structure, TestDigits.SIDE - 1)
                        + " end"));
    EquivariantClassifier classifier = classifier().setLabelCol("label").setMaxEpochs(1);
    assertThatThrownBy(() -> classifier.fit(mixed.filter(col("image").isNotNull())))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("an image of 29x29, found 28x28");
    classifier.setImageSizes("resize");
    assertThatThrownBy(() -> classifier.fit(mixed))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("column 'image'")
        .hasMessageContaining("null");
    assertThat(folder.resolve("store")).isEmptyDirectory();

    EquivariantClassificationModel model =
        classifier.setHandleInvalid("keep").setInvalidReasonCol("why").fit(mixed);
    assertThat(model.summary().epochs().get(0).samples()).isEqualTo(230);
    Dataset<Row> seen = model.transform(mixed).cache();
    assertThat(seen.count()).isEqualTo(240);
    assertThat(seen.filter(col("why").isNotNull().and(col("prediction").isNull())).count())
        .isEqualTo(10);
    assertThat(seen.filter(col("prediction").isNotNull()).count()).isEqualTo(230);
    seen.unpersist();
  }

  /** Another JVM than that of the test: what it says of rows by a saved pipeline. */
  public static final class Loader {
    private Loader() {}

    public static void main(String[] args) throws IOException {
      try (SparkSession spark =
          SparkSession.builder()
              .master("local[1]")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.extensions", E2SparkExtensions.class.getName())
              .config("spark.e2spark.predict.model", args[2])
              .getOrCreate()) {
        Dataset<Row> rows = spark.read().parquet(args[1]);
        PipelineModel.load(args[0])
            .transform(rows)
            .orderBy("id")
            .selectExpr("id", "prediction", "e2spark_predict(image, 'chw').prediction as same")
            .toJSON()
            .collectAsList()
            .forEach(System.out::println);
      }
    }
  }

  @Test
  void aSavedPipelineLoadsInAnotherJvm(SparkSession spark) throws Exception {
    EquivariantClassificationModel network =
        new EquivariantClassificationModel(
                "network", IdentifiedModel.of(UntrainedModel.of("quickstart/cnn", TestDigits.SIDE)))
            .setImageFormat("chw");
    network.setFeaturesCol("image");
    PipelineModel model = new Pipeline().setStages(new PipelineStage[] {network}).fit(images);
    model.write().overwrite().save(out("carried"));
    Dataset<Row> rows = images.filter(col("id").lt(20));
    rows.write().parquet(out("carried-rows"));
    List<String> expected =
        model
            .transform(rows)
            .orderBy("id")
            .selectExpr("id", "prediction", "prediction as same")
            .toJSON()
            .collectAsList();
    String plain = UntrainedModel.write("quickstart/cnn", TestDigits.SIDE, folder.resolve("plain"));
    List<String> lines = new CopyOnWriteArrayList<>();
    try (ChildJvm child =
        ChildJvm.start(
            Loader.class,
            Map.of(),
            folder.resolve("child.log"),
            lines::add,
            List.of(),
            out("carried"),
            out("carried-rows"),
            plain)) {
      int code = child.exit(240);
      assertThat(code).as(Files.readString(folder.resolve("child.log"))).isZero();
    }
    assertThat(lines).hasSize(20).isEqualTo(expected);
  }

  @Test
  void refusesBeforeAnyJob(SparkSession spark) {
    Dataset<Row> unread = images.filter(expr("assert_true(id < 0, 'A job has run') is null"));
    assertThatThrownBy(unread::collect).hasMessageContaining("A job has run");
    StringIndexer indexer = new StringIndexer().setInputCol("kind").setOutputCol("index");
    for (EquivariantClassifier late :
        List.of(classifier().setFeaturesCol("kind"), classifier().setWeightCol("kind"))) {
      assertThatThrownBy(
              () -> new Pipeline().setStages(new PipelineStage[] {indexer, late}).fit(unread))
          .hasMessageContaining("Column 'kind' is of type string");
    }
    EquivariantClassifier classifier = classifier().setLabelCol("label");
    assertThatThrownBy(() -> classifier().setLabelCol("kind").fit(unread))
        .hasMessageContaining("StringIndexer");
    assertThatThrownBy(() -> copy(classifier).setFeaturesCol("picture").fit(unread))
        .hasMessageContaining("No column 'picture'");
    assertThatThrownBy(() -> copy(classifier).setPreset("quickstart/c9").fit(unread))
        .hasMessageContaining("quickstart/c8");
    assertThatThrownBy(() -> copy(classifier).setWeightCol("kind").fit(unread))
        .hasMessage("Column 'kind' is of type string (must be numbers at least 0)");
    assertThatThrownBy(() -> copy(classifier).setWeightCol("trust").fit(unread))
        .hasMessageContaining("No column 'trust'");
    assertThatThrownBy(() -> copy(classifier).setValidationIndicatorCol("id").fit(unread))
        .hasMessageContaining("Column 'id' is of type bigint (must be boolean");
    assertThatThrownBy(() -> copy(classifier).setPredictionCol("kind").fit(unread))
        .hasMessageContaining("Column 'kind' is there already");
    assertThatThrownBy(() -> new EquivariantClassifier().setPreset("quickstart/c8").fit(unread))
        .hasMessageContaining("imageShape is not set");
    assertThatThrownBy(() -> classifier().setMaxEpochs(0)).hasMessageContaining("maxEpochs");
  }

  private static EquivariantClassifier copy(EquivariantClassifier classifier) {
    return classifier.copy(new ParamMap());
  }

  /** Nobody has to learn other names than those of Spark's own classifiers. */
  @Test
  void paramsHaveSparksNames() {
    assertThat(new EquivariantClassifier().params())
        .extracting(param -> param.name())
        .contains("featuresCol", "labelCol", "predictionCol", "probabilityCol", "rawPredictionCol")
        .contains("weightCol", "validationIndicatorCol", "handleInvalid", "numWorkers", "seed")
        .contains("maxEpochs", "preset", "network", "thresholds");
  }

  @Test
  void aClusterNeedsAFolderThatAllSee() {
    assertThatCode(() -> EquivariantClassifier.requireOneMachine("local[2]"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> EquivariantClassifier.requireOneMachine("spark://host:7077"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spark://host:7077")
        .hasMessageContaining("set store to a folder they all see");
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
