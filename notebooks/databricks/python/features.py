# Databricks notebook source
# MAGIC %md
# MAGIC # Features, and the nearest neighbours
# MAGIC
# MAGIC What a network has learnt to see is of use beyond its classes: images whose features are near each other are alike. Features of an equivariant
# MAGIC network can be made invariant, so that it does not matter how an image lies. This notebook takes vectors of digits out of a network that
# MAGIC has seen upright digits only, and finds what is like a digit that lies on its side.

# COMMAND ----------

import os

import e2spark

folder = os.environ.get("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

# COMMAND ----------

# MAGIC %md
# MAGIC ## A network

# COMMAND ----------

import numpy

digits, labels = e2spark.sample_digits()
digits = numpy.pad(digits, ((0, 0), (1, 0), (1, 0)))  # 29 pixels: the strides of the network meet the middle
upright = e2spark.to_dataframe(spark, digits[:1500], {"id": numpy.arange(1500), "label": labels[:1500]}).cache()
model = e2spark.EquivariantClassifier(
    preset="quickstart/c8",
    featuresCol="image",
    imageShape=[1, 29, 29],
    maxEpochs=3,
    batchSize=32,
    learningRate=5e-3,
    numWorkers=2,
    store=f"{folder}/training",
).fit(upright)
model.write().overwrite().save(f"{folder}/digits")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Vectors
# MAGIC
# MAGIC The extractor is a transformer: the vector by which the network decides, here, or any layer's (`layer="features.7"`), as one invariant
# MAGIC number a field, or all of them (`featureKind`).

# COMMAND ----------

extractor = e2spark.EquivariantFeatureExtractor(modelPath=f"{folder}/digits", inputCol="image", outputCol="features")
library = extractor.transform(upright).cache()
library.select("id", "label", "features").show(3, truncate=70)

# COMMAND ----------

# MAGIC %md
# MAGIC A digit on its side has the same vector, to the last digits of a float; its pixels are others.

# COMMAND ----------

digit = digits[7]
quarters = e2spark.to_dataframe(spark, [numpy.rot90(digit, turns) for turns in range(4)], {"turns": numpy.arange(4)})
vectors = numpy.stack([row.features.toArray() for row in extractor.transform(quarters).orderBy("turns").collect()])
for turns in range(4):
    pixels = numpy.abs(numpy.rot90(digit, turns).astype(float) - digit).mean()
    print(f"{90 * turns:3d} degrees: features differ by {numpy.abs(vectors[turns] - vectors[0]).max():.0e}, pixels by {pixels:.0f} of 255")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Nearest neighbours
# MAGIC
# MAGIC Vectors are columns of Spark ML, so what Spark has for them serves: here its hashing for Euclidean distance. We ask for digits that are like some
# MAGIC that nobody has seen yet, each turned by a third of a circle or so.

# COMMAND ----------

from PIL import Image

from pyspark.ml.feature import BucketedRandomProjectionLSH

index = BucketedRandomProjectionLSH(inputCol="features", outputCol="hashes", bucketLength=8.0, numHashTables=4, seed=1).fit(library)
asked, names = e2spark.sample_digits("test")
asked = numpy.pad(asked[:4], ((0, 0), (1, 0), (1, 0)))
asked = [numpy.asarray(Image.fromarray(each).rotate(angle, Image.Resampling.BILINEAR)) for each, angle in zip(asked, (120, 75, 200, 310))]
questions = extractor.transform(e2spark.to_dataframe(spark, asked, {"number": numpy.arange(4)})).orderBy("number").collect()
answers = [index.approxNearestNeighbors(library, question.features, 6).collect() for question in questions]

# COMMAND ----------

# MAGIC %md
# MAGIC On the left, what was asked for; beside it, the nearest of 1,500 upright digits.

# COMMAND ----------

import matplotlib.pyplot as plt

figure, axes = plt.subplots(4, 7, figsize=(6, 3.6), dpi=70)
for line, image, found in zip(axes, asked, answers):
    pictures = [image] + [digits[row.id] for row in found]
    for place, (axis, picture) in enumerate(zip(line, pictures)):
        axis.imshow(picture, cmap="gray_r" if place == 0 else "gray")
        axis.axis("off")
plt.show()
