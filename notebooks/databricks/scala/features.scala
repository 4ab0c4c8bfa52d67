// Databricks notebook source
// MAGIC %md
// MAGIC # Features, and the nearest neighbours
// MAGIC
// MAGIC What a network has learnt to see is of use beyond its classes: images whose features are near each other are alike. Features of an equivariant
// MAGIC network can be made invariant, so that it does not matter how an image lies. This notebook takes vectors of digits out of a network that
// MAGIC has seen upright digits only, and finds what is like a digit that lies on its side.

// COMMAND ----------

val folder = sys.env.getOrElse("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

// COMMAND ----------

// MAGIC %md
// MAGIC ## A network

// COMMAND ----------

import java.nio.file.Path
import org.apache.spark.sql.functions._
import org.e2spark.data.prepare.MnistSample
import org.e2spark.ml.EquivariantClassifier

val padded = udf { digit: Array[Byte] =>
  val image = new Array[Byte](29 * 29) // 29 pixels: the strides of the network meet the middle
  for (y <- 0 until 28) System.arraycopy(digit, y * 28, image, (y + 1) * 29 + 1, 28)
  image
}
val upright = MnistSample.extract(Path.of(folder, "mnist")).read(spark)
  .filter("split = 'train'").limit(1500).withColumn("image", padded(col("image"))).cache()
val model = new EquivariantClassifier()
  .setPreset("quickstart/c8")
  .setFeaturesCol("image")
  .setImageFormat("chw")
  .setImageShape(1, 29, 29)
  .setMaxEpochs(3)
  .setBatchSize(32)
  .setLearningRate(5e-3)
  .setNumWorkers(2)
  .setStore(s"$folder/training")
  .fit(upright)
model.write.overwrite().save(s"$folder/digits")

// COMMAND ----------

// MAGIC %md
// MAGIC ## Vectors
// MAGIC
// MAGIC The extractor is a transformer: the vector by which the network decides, here, or any layer's (`layer="features.7"`), as one invariant
// MAGIC number a field, or all of them (`featureKind`).

// COMMAND ----------

import org.e2spark.ml.EquivariantFeatureExtractor

val extractor = new EquivariantFeatureExtractor()
  .setModelPath(s"$folder/digits").setImageFormat("chw").setInputCol("image").setOutputCol("features")
val library = extractor.transform(upright).cache()
display(library.select("id", "label", "features").limit(3))

// COMMAND ----------

// MAGIC %md
// MAGIC A digit on its side has the same vector, to the last digits of a float; its pixels are others.

// COMMAND ----------

import org.apache.spark.ml.linalg.Vector
import org.e2spark.data.augment.{Interpolation, Rotation}
import org.e2spark.data.source.ImageShape

val quarter = udf { (image: Array[Byte], turns: Int) =>
  Rotation.ofDegrees(90 * turns, Interpolation.BILINEAR).apply(image, new ImageShape(1, 29, 29))
}
val lying = upright.limit(1).withColumn("turns", explode(lit(Array(0, 1, 2, 3)))).withColumn("image", quarter(col("image"), col("turns")))
val vectors = extractor.transform(lying).orderBy("turns").collect().map(_.getAs[Vector]("features").toArray)
for (turns <- 0 to 3) println(s"${90 * turns} degrees: features differ by ${vectors(turns).zip(vectors(0)).map { case (a, b) => math.abs(a - b) }.max}")

// COMMAND ----------

// MAGIC %md
// MAGIC ## Nearest neighbours
// MAGIC
// MAGIC Vectors are columns of Spark ML, so what Spark has for them serves: here its hashing for Euclidean distance. We ask for digits that are like some
// MAGIC that nobody has seen yet, each turned by a third of a circle or so.

// COMMAND ----------

import org.apache.spark.ml.feature.BucketedRandomProjectionLSH

val index = new BucketedRandomProjectionLSH()
  .setInputCol("features").setOutputCol("hashes").setBucketLength(8.0).setNumHashTables(4).setSeed(1).fit(library)
val key = vectors(1)
display(index.approxNearestNeighbors(library, org.apache.spark.ml.linalg.Vectors.dense(key), 6).select("id", "label", "distCol"))

// COMMAND ----------

// MAGIC %md
// MAGIC On the left, what was asked for; beside it, the nearest of 1,500 upright digits.
