// Databricks notebook source
// MAGIC %md
// MAGIC # Equivariance, looked at
// MAGIC
// MAGIC Two networks learn from digits that stand upright, and are then asked about a digit that turns, degree by degree. What they say shows what
// MAGIC symmetry in a network means.

// COMMAND ----------

val folder = sys.env.getOrElse("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

// COMMAND ----------

// MAGIC %md
// MAGIC ## Two networks that have seen upright digits

// COMMAND ----------

import java.nio.file.Path
import org.apache.spark.sql.functions._
import org.e2spark.data.prepare.MnistSample
import org.e2spark.ml.EquivariantClassifier

val padded = udf { digit: Array[Byte] =>
  val image = new Array[Byte](29 * 29) // 29 pixels: the strides of the networks meet the middle
  for (y <- 0 until 28) System.arraycopy(digit, y * 28, image, (y + 1) * 29 + 1, 28)
  image
}
val digits = MnistSample.extract(Path.of(folder, "mnist")).read(spark).withColumn("image", padded(col("image")))
val upright = digits.filter("split = 'train'").limit(1500).cache()

def fitted(preset: String) =
  new EquivariantClassifier()
    .setPreset(preset)
    .setFeaturesCol("image")
    .setImageFormat("chw")
    .setImageShape(1, 29, 29)
    .setMaxEpochs(3)
    .setBatchSize(32)
    .setLearningRate(5e-3)
    .setNumWorkers(2)
    .setStore(s"$folder/training")
    .fit(upright)

val models = Seq("quickstart/c8", "quickstart/cnn").map(preset => preset -> fitted(preset))

// COMMAND ----------

// MAGIC %md
// MAGIC ## A digit that turns
// MAGIC
// MAGIC The probability that each gives the right class, at every fifth degree:

// COMMAND ----------

import org.apache.spark.ml.functions.vector_to_array
import org.e2spark.data.augment.{Interpolation, Rotation}
import org.e2spark.data.source.ImageShape

val turned = udf { (image: Array[Byte], angle: Int) =>
  Rotation.ofDegrees(angle, Interpolation.BILINEAR).apply(image, new ImageShape(1, 29, 29))
}
val turning = digits.filter("split = 'test' and label = 4").orderBy("id").limit(1)
  .withColumn("angle", explode(sequence(lit(0), lit(360), lit(5))))
  .withColumn("image", turned(col("image"), col("angle"))).cache()
for ((preset, model) <- models) {
  println(preset)
  display(model.transform(turning).select(col("angle"), element_at(vector_to_array(col("probability")), 5).as("right")).orderBy("angle"))
}

// COMMAND ----------

// MAGIC %md
// MAGIC At every quarter turn the equivariant network says exactly the same; between, where pixels must be made up from others, it wavers, and stays
// MAGIC right. The ordinary one knows the digit only as it has seen it.
// MAGIC
// MAGIC ## What is inside
// MAGIC
// MAGIC Invariance is not loss: before the last layers, the network knows how the digit lies. Each field answers in eight orientations, and when
// MAGIC the image turns by an eighth, the answers move on by one. Here is the sum of one layer's answers in each orientation (`featureKind`
// MAGIC `orientations`), while the digit turns: at every eighth of the circle, the pattern moves on by one.

// COMMAND ----------

import org.e2spark.ml.EquivariantFeatureExtractor

models.head._2.write.overwrite().save(s"$folder/turning")
val orientations = new EquivariantFeatureExtractor()
  .setModelPath(s"$folder/turning").setLayer("features.10").setFeatureKind("orientations").setImageFormat("chw").setInputCol("image")
display(orientations.transform(turning).filter("angle % 45 = 0").select("angle", "features").orderBy("angle"))

// COMMAND ----------

// MAGIC %md
// MAGIC Exactly so at quarter turns, which move the answers on by two:
// MAGIC
// MAGIC The command `e2spark explain` makes a page of the same for any model and image, with the fields themselves, turning and turned back, and the
// MAGIC kernels of every convolution.
