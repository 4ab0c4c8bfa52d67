package consumer

import org.apache.spark.ml.Pipeline
import org.apache.spark.sql.SparkSession
import org.e2spark.ml.EquivariantClassifier

/** Trains on a table of images and saves the pipeline: Train TABLE OUT. */
object Train {
  def main(arguments: Array[String]): Unit = {
    val classifier = new EquivariantClassifier()
      .setPreset("quickstart/c8")
      .setImageShape(1, 29, 29)
      .setMaxEpochs(4)
    val pipeline = new Pipeline().setStages(Array(classifier))
    if (arguments.isEmpty) println(classifier.explainParams())
    else {
      val spark = SparkSession.builder().getOrCreate()
      pipeline.fit(spark.read.parquet(arguments(0))).write.overwrite().save(arguments(1))
    }
  }
}
