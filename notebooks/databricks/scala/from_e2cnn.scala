// Databricks notebook source
// MAGIC %md
// MAGIC # Bringing a network of e2cnn
// MAGIC
// MAGIC Many equivariant networks were trained with the Python library e2cnn, on one machine. This notebook brings such a network to the cluster: it reads its
// MAGIC state, sees that the same numbers come out, lets it answer for a whole table, and trains it on.

// COMMAND ----------

import java.nio.file.{Files, Path}

val folder = sys.env.getOrElse("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")
val files = Path.of(sys.env.getOrElse("E2CNN_FILES", "/Volumes/main/default/images/e2cnn"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## The network in Python
// MAGIC
// MAGIC This is how it was made, and what it said of digits that it had not seen (by `digits.py`, in the folder `e2cnn`
// MAGIC beside this notebook):
// MAGIC
// MAGIC ```py
// MAGIC class Digits(torch.nn.Module):
// MAGIC     def __init__(self):
// MAGIC         super().__init__()
// MAGIC         space = gspaces.Rot2dOnR2(4)
// MAGIC         regular = lambda fields: nn.FieldType(space, [space.regular_repr] * fields)
// MAGIC         self.image = nn.FieldType(space, [space.trivial_repr])
// MAGIC         self.edges = nn.R2Conv(self.image, regular(4), 7, padding=1)
// MAGIC         self.edges_norm = nn.InnerBatchNorm(regular(4))
// MAGIC         self.strokes = nn.R2Conv(regular(4), regular(8), 5, padding=2)
// MAGIC         self.strokes_norm = nn.InnerBatchNorm(regular(8))
// MAGIC         self.shapes = nn.R2Conv(regular(8), regular(16), 5)
// MAGIC         self.shapes_norm = nn.InnerBatchNorm(regular(16))
// MAGIC         self.smaller = torch.nn.ModuleList(nn.PointwiseAvgPoolAntialiased(regular(n), 0.66, stride=2) for n in (4, 8))
// MAGIC         self.invariant = nn.GroupPooling(regular(16))
// MAGIC         self.answer = torch.nn.Linear(16, 10)
// MAGIC
// MAGIC     def forward(self, images):
// MAGIC         x = nn.GeometricTensor(images, self.image)
// MAGIC         x = self.smaller[0](self.edges_norm(self.edges(x)))
// MAGIC         x = nn.ReLU(x.type)(x)
// MAGIC         x = self.smaller[1](self.strokes_norm(self.strokes(x)))
// MAGIC         x = nn.ReLU(x.type)(x)
// MAGIC         x = self.shapes_norm(self.shapes(x))
// MAGIC         x = self.invariant(nn.ReLU(x.type)(x))
// MAGIC         return self.answer(x.tensor.amax((2, 3)))
// MAGIC ```
// MAGIC
// MAGIC All that is needed of it is the file that `torch.save(network.state_dict(), "digits.pt")` wrote after `network.eval()`, and what it computes, as a
// MAGIC specification: kinds of layers and their options, in the order of `forward`.

// COMMAND ----------

val network = Files.readString(files.resolve("digits-network.json"))
println(network)

// COMMAND ----------

// MAGIC %md
// MAGIC ## Reading its state
// MAGIC
// MAGIC The tool's command `import-e2cnn` makes a model of it. Modules have other names there than here, so they are taken in their order; a file of names would do, too.
// MAGIC Whatever the state holds beside parameters, bases and filters of its convolutions, is compared with what is computed here.

// COMMAND ----------

import org.e2spark.cli.Main

val model = s"$folder/digits-${System.nanoTime()}"
Main.main(Array(
  "import-e2cnn", files.resolve("digits.pt").toString, "--model", files.resolve("digits-network.json").toString, "--by-order", "--out", model))

// COMMAND ----------

// MAGIC %md
// MAGIC ## The same numbers

// COMMAND ----------

import org.apache.spark.sql.functions._
import org.e2spark.data.prepare.MnistSample
import org.e2spark.ml.EquivariantFeatureExtractor

val padded = udf { digit: Array[Byte] =>
  val image = new Array[Byte](29 * 29) // 29 pixels, as in Python
  for (y <- 0 until 28) System.arraycopy(digit, y * 28, image, (y + 1) * 29 + 1, 28)
  image
}
val digits = MnistSample.extract(Path.of(folder, "mnist")).read(spark).withColumn("image", padded(col("image")))
val imported = new EquivariantFeatureExtractor()
  .setModelPath(model).setImageFormat("chw").setInputCol("image").setPredictionCol("prediction")
val table = digits.filter("split = 'test'")
println(s"Here, ${imported.transform(table).filter("prediction = label").count()} of ${table.count()} digits are right")

// COMMAND ----------

// MAGIC %md
// MAGIC ## Training on
// MAGIC
// MAGIC The model is one like any other: it is evaluated, exported, asked in SQL. Here it goes on learning, from turned digits now, on as many workers as the cluster has.

// COMMAND ----------

import org.e2spark.ml.EquivariantClassifier

val better = new EquivariantClassifier()
  .setNetwork(network)
  .setStartModel(model)
  .setFeaturesCol("image")
  .setImageFormat("chw")
  .setImageShape(1, 29, 29)
  .setAugmentation("rotate")
  .setMaxEpochs(2)
  .setBatchSize(64)
  .setLearningRate(5e-3)
  .setStore(s"$folder/training")
  .fit(digits.filter("split = 'train'"))
println(better.summary.objectiveHistory.mkString("Loss by epoch: ", ", ", ""))

// COMMAND ----------

// MAGIC %md
// MAGIC Both, asked for digits that are turned by any angle:

// COMMAND ----------

import org.e2spark.data.augment.{Interpolation, Rotation}
import org.e2spark.data.source.ImageShape

val turn = udf { (image: Array[Byte], angle: Long) =>
  Rotation.ofDegrees(angle, Interpolation.BILINEAR).apply(image, new ImageShape(1, 29, 29))
}
val turned = table.withColumn("image", turn(col("image"), col("id") * 67 % 360))
for ((name, stage) <- Seq("as it came" -> imported, "trained on" -> better))
  println(s"$name: ${stage.transform(turned).filter("prediction = label").count()} turned digits are right")

// COMMAND ----------

// MAGIC %md
// MAGIC `e2spark export --format e2cnn` is the way back: the state of a model, with the Python code that builds its network in e2cnn.
