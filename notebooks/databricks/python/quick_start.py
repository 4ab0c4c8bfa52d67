# Databricks notebook source
# MAGIC %md
# MAGIC # Digits that lie as they fell
# MAGIC
# MAGIC An ordinary convolutional network learns every orientation from examples. The networks of e2spark have the symmetry built in: turn the
# MAGIC image, and the features turn with it. Here one of each kind is trained on the same few digits, each turned by an angle of its own as in
# MAGIC MNIST-rot, and then shown digits that are turned otherwise.

# COMMAND ----------

# The cluster has e2spark's jar and wheel among its libraries. Images rest in this folder while a network is trained.
import os

import e2spark

store = os.environ.get("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

# COMMAND ----------

# MAGIC %md
# MAGIC ## The images
# MAGIC
# MAGIC The jar brings 3,000 digits of MNIST to train on and 1,000 to test with. They are padded to 29 pixels, so that every stride of the networks
# MAGIC meets the middle of the image, and turned.

# COMMAND ----------

import numpy
from PIL import Image

random = numpy.random.default_rng(7)


def turned(digits):
    padded = numpy.pad(digits, ((0, 0), (1, 0), (1, 0)))
    angles = random.uniform(0, 360, len(padded))
    return numpy.stack(
        [Image.fromarray(digit).rotate(angle, Image.Resampling.BILINEAR) for digit, angle in zip(padded, angles)]
    )


def table(split, count):
    digits, labels = e2spark.sample_digits(split)
    return e2spark.to_dataframe(spark, turned(digits[:count]), {"label": labels[:count]})


train, test = table("train", 2000).cache(), table("test", 1000).cache()

# COMMAND ----------

# MAGIC %md
# MAGIC In a DataFrame they have Spark's own image structure.

# COMMAND ----------

import matplotlib.pyplot as plt


def show(rows, titles):
    figure, axes = plt.subplots(1, len(rows), figsize=(len(rows), 1.3), dpi=70)
    for axis, row, title in zip(axes, rows, titles):
        axis.imshow(numpy.frombuffer(row.image.data, numpy.uint8).reshape(29, 29), cmap="gray")
        axis.set_title(title, fontsize=8)
        axis.axis("off")
    plt.show()


some = train.limit(10).collect()
show(some, [row.label for row in some])

# COMMAND ----------

# MAGIC %md
# MAGIC ## Two networks
# MAGIC
# MAGIC `quickstart/c8` has fields of the rotations by 45 degrees (59,906 parameters), `quickstart/cnn` is an ordinary network with more (90,082).
# MAGIC Everything else is the same. An `EquivariantClassifier` is an estimator of Spark ML: `fit` trains on the cluster, here with two workers that
# MAGIC sum their gradients at every step.

# COMMAND ----------

def fitted(preset):
    return e2spark.EquivariantClassifier(
        preset=preset,
        featuresCol="image",
        imageShape=[1, 29, 29],
        maxEpochs=4,
        batchSize=32,
        learningRate=5e-3,
        numWorkers=2,
        seed=1,
        store=store,
    ).fit(train)


models = {preset: fitted(preset) for preset in ("quickstart/c8", "quickstart/cnn")}
for preset, model in models.items():
    print(preset, [round(loss, 2) for loss in model.summary.objectiveHistory])

# COMMAND ----------

# MAGIC %md
# MAGIC ## What they get wrong

# COMMAND ----------

from pyspark.ml.evaluation import MulticlassClassificationEvaluator

accuracy = MulticlassClassificationEvaluator(metricName="accuracy")
for preset, model in models.items():
    print(f"{preset}: {100 * (1 - accuracy.evaluate(model.transform(test))):.1f} % of 1,000 digits")

# COMMAND ----------

# MAGIC %md
# MAGIC Some digits that the equivariant network mistakes, with what it takes them for:

# COMMAND ----------

wrong = models["quickstart/c8"].transform(test).filter("prediction != label").limit(10).collect()
show(wrong, [f"{row.label}, not {row.prediction:.0f}" for row in wrong])

# COMMAND ----------

# MAGIC %md
# MAGIC A model is a table's function like any other of Spark ML, and a module of PyTorch, if that is what you need: `model.to_torch()`.
