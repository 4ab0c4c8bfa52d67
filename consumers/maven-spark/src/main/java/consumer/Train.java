package consumer;

import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.SparkSession;
import org.e2spark.ml.EquivariantClassifier;

/** Trains on a table of images and saves the pipeline: Train TABLE OUT. */
public final class Train {

  private Train() {}

  public static void main(String[] arguments) throws Exception {
    var classifier =
        new EquivariantClassifier()
            .setPreset("quickstart/c8")
            .setImageShape(1, 29, 29)
            .setMaxEpochs(4);
    var pipeline = new Pipeline().setStages(new PipelineStage[] {classifier});
    if (arguments.length == 0) {
      System.out.println(classifier.explainParams());
      return;
    }
    try (var spark = SparkSession.builder().getOrCreate()) {
      PipelineModel model = pipeline.fit(spark.read().parquet(arguments[0]));
      model.write().overwrite().save(arguments[1]);
    }
  }
}
