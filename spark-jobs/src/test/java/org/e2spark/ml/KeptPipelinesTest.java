package org.e2spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.RootLocale;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.export.ExportFormat;
import org.e2spark.export.ExportInput;
import org.e2spark.export.ModelExport;
import org.e2spark.infer.IdentifiedModel;
import org.e2spark.infer.UntrainedModel;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.savedmodel.SavedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pipelines that earlier versions saved stay loadable, and say what they said: those in {@code
 * src/test/resources/pipelines/VERSION}. A new one is written by {@code mvn -pl spark-jobs -am test
 * -Dtest=KeptPipelinesTest -De2spark.pipelines.write=VERSION
 * -Dsurefire.failIfNoSpecifiedTests=false}
 */
@ExtendWith({RootLocale.class, SparkExtension.class})
class KeptPipelinesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WRITE = "e2spark.pipelines.write";
  private static final int SIDE = 29;

  private static Dataset<Row> images(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] pixels = new byte[SIDE * SIDE];
      for (int at = 0; at < pixels.length; at++) {
        pixels[at] = (byte) ((at * (i + 3)) % 251);
      }
      rows.add(RowFactory.create(i, i % 2 == 0 ? "even" : "odd", pixels));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("kind", DataTypes.StringType)
            .add("image", DataTypes.BinaryType));
  }

  private static EquivariantClassifier classifier() {
    return new EquivariantClassifier("kept-classifier")
        .setPreset("quickstart/c8-without-batch-norm")
        .setImageShape(1, SIDE, SIDE)
        .setImageFormat("chw")
        .setFeaturesCol("image")
        .setLearningRate(0.25)
        .setClassWeights("[1.0,2.0,3.0]")
        .setMaxEpochs(7)
        .setFrozen(new String[] {"features.0.*"});
  }

  private static Path folder() throws URISyntaxException {
    return Path.of(KeptPipelinesTest.class.getResource("/pipelines").toURI());
  }

  private static List<Path> versions() throws IOException, URISyntaxException {
    try (Stream<Path> folders = Files.list(folder())) {
      return folders.sorted().toList();
    }
  }

  private static String uri(Path folder, String name) {
    return folder.resolve(name).toUri().toString();
  }

  @Test
  void modelsOfEveryVersionSayWhatTheySaid(SparkSession spark) throws Exception {
    assertThat(versions()).isNotEmpty();
    for (Path version : versions()) {
      JsonNode expected = JSON.readTree(version.resolve("expected.json").toFile());
      List<Row> seen = said(PipelineModel.load(uri(version, "model")), spark);
      for (int i = 0; i < seen.size(); i++) {
        assertThat(seen.get(i).<Double>getAs("label"))
            .isEqualTo(expected.at("/" + i + "/label").doubleValue());
        double[] probability = seen.get(i).<Vector>getAs("probability").toArray();
        for (int k = 0; k < probability.length; k++) {
          assertThat(probability[k])
              .as("%s, image %d, class %d", version, i, k)
              .isCloseTo(expected.at("/" + i + "/probability/" + k).doubleValue(), within(1e-5));
        }
      }
    }
  }

  @Test
  void estimatorsOfEveryVersionKeepTheirParams(SparkSession spark) throws Exception {
    for (Path version : versions()) {
      EquivariantClassifier kept =
          (EquivariantClassifier) Pipeline.load(uri(version, "estimator")).getStages()[1];
      assertThat(given(kept)).as(version.toString()).containsAllEntriesOf(given(classifier()));
    }
  }

  private static Map<String, String> given(Params stage) {
    Map<String, String> values = new TreeMap<>();
    for (Param<?> param : stage.params()) {
      if (stage.isSet(param)) {
        values.put(param.name(), json(stage, param));
      }
    }
    return values;
  }

  private static <T> String json(Params stage, Param<T> param) {
    return param.jsonEncode(stage.get(param).get());
  }

  private static List<Row> said(PipelineModel model, SparkSession spark) {
    return model
        .transform(images(spark))
        .orderBy("id")
        .select("label", "probability")
        .collectAsList();
  }

  /** As {@code mlflow.spark.load_model} reads it. */
  @Test
  void anExportForMlflowIsAPipelineToo(SparkSession spark, @TempDir Path folder) {
    SavedModel saved = UntrainedModel.of("quickstart/c8-without-batch-norm", SIDE);
    new ModelExport(saved, ExportInput.RAW_PIXELS, Evaluation.DENSE, "test")
        .write(ExportFormat.MLFLOW, folder.resolve("mlflow"));
    PipelineModel pipeline = PipelineModel.load(uri(folder, "mlflow/sparkml"));
    ((EquivariantClassificationModel) pipeline.stages()[0]).setImageFormat("chw");
    EquivariantClassificationModel model =
        new EquivariantClassificationModel("given", IdentifiedModel.of(saved))
            .setImageFormat("chw");
    model.setFeaturesCol("image");
    assertThat(pipeline.transform(images(spark)).orderBy("id").collectAsList())
        .isEqualTo(model.transform(images(spark)).orderBy("id").collectAsList());
  }

  @Test
  @EnabledIfSystemProperty(named = WRITE, matches = ".+")
  void write(SparkSession spark) throws IOException {
    Path folder =
        Path.of(System.getProperty("e2spark.build.dir", ".."))
            .resolve("spark-jobs/src/test/resources/pipelines")
            .resolve(System.getProperty(WRITE));
    StringIndexer indexer =
        new StringIndexer("kept-indexer").setInputCol("kind").setOutputCol("label");
    EquivariantClassificationModel network =
        new EquivariantClassificationModel(
                "kept-model",
                IdentifiedModel.of(UntrainedModel.of("quickstart/c8-without-batch-norm", SIDE)))
            .setImageFormat("chw")
            .setThresholds(new double[] {1, 2, 3});
    network.setFeaturesCol("image");
    PipelineModel model =
        new Pipeline("kept-pipeline")
            .setStages(new PipelineStage[] {indexer, network})
            .fit(images(spark));
    model.write().save(uri(folder, "model"));
    new Pipeline("kept-estimators")
        .setStages(new PipelineStage[] {indexer, classifier()})
        .write()
        .save(uri(folder, "estimator"));
    List<Object> expected = new ArrayList<>();
    for (Row row : said(model, spark)) {
      expected.add(
          Map.<String, Object>of(
              "label", row.<Double>getAs("label"),
              "probability", row.<Vector>getAs("probability").toArray()));
    }
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("expected.json").toFile(), expected);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path checksum : files.filter(file -> file.toString().endsWith(".crc")).toList()) {
        Files.delete(checksum);
      }
    }
  }
}
