// Databricks notebook source
// MAGIC %md
// MAGIC # Digits that lie as they fell
// MAGIC
// MAGIC An ordinary convolutional network learns every orientation from examples. The networks of e2spark have the symmetry built in: turn the
// MAGIC image, and the features turn with it. Here one of each kind is trained on the same few digits, each turned by an angle of its own as in
// MAGIC MNIST-rot, and then shown digits that are turned otherwise.

// COMMAND ----------

// The cluster has e2spark's jar among its libraries. Images rest in this folder while a network is trained.
val store = sys.env.getOrElse("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

// COMMAND ----------

// MAGIC %md
// MAGIC ## The images
// MAGIC
// MAGIC The jar brings 3,000 digits of MNIST to train on and 1,000 to test with. They are padded to 29 pixels, so that every stride of the networks
// MAGIC meets the middle of the image, and turned.

// COMMAND ----------

import java.nio.file.Path
import org.apache.spark.sql.functions._
import org.e2spark.data.augment.{Interpolation, Rotation}
import org.e2spark.data.prepare.MnistSample
import org.e2spark.data.source.ImageShape

val turned = udf { (digit: Array[Byte], id: Long) =>
  val padded = new Array[Byte](29 * 29)
  for (y <- 0 until 28) System.arraycopy(digit, y * 28, padded, (y + 1) * 29 + 1, 28)
  val angle = new scala.util.Random(id).nextDouble() * 360
  Rotation.ofDegrees(angle, Interpolation.BILINEAR).apply(padded, new ImageShape(1, 29, 29))
}
val digits = MnistSample.extract(Path.of(store, "mnist")).read(spark).withColumn("image", turned(col("image"), col("id")))
val train = digits.filter("split = 'train'").limit(2000).cache()
val test = digits.filter("split = 'test'").cache()
display(train.groupBy("label").count().orderBy("label"))

// COMMAND ----------

// MAGIC %md
// MAGIC In a DataFrame they have Spark's own image structure.
// MAGIC
// MAGIC ## Two networks
// MAGIC
// MAGIC `quickstart/c8` has fields of the rotations by 45 degrees (59,906 parameters), `quickstart/cnn` is an ordinary network with more (90,082).
// MAGIC Everything else is the same. An `EquivariantClassifier` is an estimator of Spark ML: `fit` trains on the cluster, here with two workers that
// MAGIC sum their gradients at every step.

// COMMAND ----------

import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator
import org.e2spark.ml.EquivariantClassifier

def fitted(preset: String) =
  new EquivariantClassifier()
    .setPreset(preset)
    .setFeaturesCol("image")
    .setImageFormat("chw")
    .setImageShape(1, 29, 29)
    .setMaxEpochs(4)
    .setBatchSize(32)
    .setLearningRate(5e-3)
    .setNumWorkers(2)
    .setSeed(1)
    .setStore(store)
    .fit(train)

val models = Seq("quickstart/c8", "quickstart/cnn").map(preset => preset -> fitted(preset))

// COMMAND ----------

// MAGIC %md
// MAGIC ## What they get wrong

// COMMAND ----------

val accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy")
for ((preset, model) <- models) println(f"$preset: ${100 * (1 - accuracy.evaluate(model.transform(test)))}%.1f %% of 1,000 digits")

// COMMAND ----------

// MAGIC %md
// MAGIC Some digits that the equivariant network mistakes, with what it takes them for:

// COMMAND ----------

display(models.head._2.transform(test).filter("prediction != label").groupBy("label", "prediction").count().orderBy(desc("count")))

// COMMAND ----------

// MAGIC %md
// MAGIC A model is a table's function like any other of Spark ML, and a module of PyTorch, if that is what you need: `model.to_torch()`.
