// Databricks notebook source
// MAGIC %md
// MAGIC # From an image table to a saved pipeline
// MAGIC
// MAGIC Images on a cluster often lie in a table: a column with the encoded files, one with their kind, and now and then a file that is broken. This
// MAGIC notebook makes such a table, trains on it, and saves what it has trained as one pipeline of Spark ML, which takes raw rows.

// COMMAND ----------

val folder = sys.env.getOrElse("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

// COMMAND ----------

// MAGIC %md
// MAGIC ## A table of files
// MAGIC
// MAGIC Three kinds of digits as PNG files, and one file that was cut short.

// COMMAND ----------

import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.nio.file.Path
import javax.imageio.ImageIO
import org.apache.spark.sql.functions._
import org.e2spark.data.prepare.MnistSample

val png = udf { digit: Array[Byte] =>
  val picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY)
  picture.getRaster.setDataElements(0, 0, 28, 28, digit)
  val file = new ByteArrayOutputStream()
  ImageIO.write(picture, "png", file)
  file.toByteArray
}
val whole = MnistSample.extract(Path.of(folder, "mnist")).read(spark)
  .filter("split = 'train' and label in (3, 5, 8)")
  .select(
    concat(col("id"), lit(".png")).as("path"),
    element_at(typedLit(Map(3 -> "three", 5 -> "five", 8 -> "eight")), col("label")).as("kind"),
    png(col("image")).as("content"))
val cut = whole.limit(1).withColumn("path", lit("cut.png")).withColumn("content", substring(col("content"), 1, 100))
whole.union(cut).write.mode("overwrite").parquet(s"$folder/table")

val images = spark.read.parquet(s"$folder/table")
display(images.groupBy("kind").count())

// COMMAND ----------

// MAGIC %md
// MAGIC ## The pipeline
// MAGIC
// MAGIC `StringIndexer` makes numbers of the kinds, and the classifier takes their names from it. A quarter of the rows is held back to test with; of the
// MAGIC rest, one in ten is there to validate on after every epoch. Images that cannot be read are kept, without a prediction and with the
// MAGIC reason (`handleInvalid` is `error` otherwise).

// COMMAND ----------

import org.apache.spark.ml.{Pipeline, PipelineModel}
import org.apache.spark.ml.feature.StringIndexer
import org.e2spark.ml.{EquivariantClassificationModel, EquivariantClassifier}

val train = images.filter(xxhash64(col("path")) % 4 =!= 0).withColumn("validates", xxhash64(col("path")) % 10 === 1)
val test = images.filter(xxhash64(col("path")) % 4 === 0 || col("path") === "cut.png")

val pipeline = new Pipeline().setStages(Array(
  new StringIndexer().setInputCol("kind").setOutputCol("label").setHandleInvalid("keep"),
  new EquivariantClassifier()
    .setPreset("quickstart/c8")
    .setFeaturesCol("content")
    .setImageFormat("encoded")
    .setImageShape(1, 28, 28)
    .setHandleInvalid("keep")
    .setValidationIndicatorCol("validates")
    .setMaxEpochs(3)
    .setBatchSize(32)
    .setLearningRate(5e-3)
    .setNumWorkers(2)
    .setStore(s"$folder/training")))
val model = pipeline.fit(train)
model.stages(1).asInstanceOf[EquivariantClassificationModel].summary.objectiveHistory.foreach(println)

// COMMAND ----------

// MAGIC %md
// MAGIC ## What it says of rows

// COMMAND ----------

import org.apache.spark.ml.feature.IndexToString

val seen = new IndexToString().setInputCol("prediction").setOutputCol("seen")
  .transform(model.transform(test).filter("invalidReason is null"))
display(seen.groupBy("kind").pivot("seen").count().na.fill(0).orderBy("kind"))

// COMMAND ----------

// MAGIC %md
// MAGIC And of the one that is no image:

// COMMAND ----------

display(model.transform(test).filter("invalidReason is not null").select("path", "prediction", "invalidReason"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Saved, and loaded
// MAGIC
// MAGIC The pipeline is a folder like any other of Spark ML's; Python, Scala and Java load what any of them has saved.

// COMMAND ----------

model.write.overwrite().save(s"$folder/kinds")
display(PipelineModel.load(s"$folder/kinds").transform(test).select("path", "kind", "prediction", "probability").limit(3))
