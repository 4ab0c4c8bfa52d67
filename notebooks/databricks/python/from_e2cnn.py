# Databricks notebook source
# MAGIC %md
# MAGIC # Bringing a network of e2cnn
# MAGIC
# MAGIC Many equivariant networks were trained with the Python library e2cnn, on one machine. This notebook brings such a network to the cluster: it reads its
# MAGIC state, sees that the same numbers come out, lets it answer for a whole table, and trains it on.

# COMMAND ----------

import os
from pathlib import Path

import e2spark

folder = os.environ.get("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")
files = Path(os.environ.get("E2CNN_FILES", "/Volumes/main/default/images/e2cnn"))

# COMMAND ----------

# MAGIC %md
# MAGIC ## The network in Python
# MAGIC
# MAGIC This is how it was made, and what it said of digits that it had not seen (by `digits.py`, in the folder `e2cnn`
# MAGIC beside this notebook):
# MAGIC
# MAGIC ```py
# MAGIC class Digits(torch.nn.Module):
# MAGIC     def __init__(self):
# MAGIC         super().__init__()
# MAGIC         space = gspaces.Rot2dOnR2(4)
# MAGIC         regular = lambda fields: nn.FieldType(space, [space.regular_repr] * fields)
# MAGIC         self.image = nn.FieldType(space, [space.trivial_repr])
# MAGIC         self.edges = nn.R2Conv(self.image, regular(4), 7, padding=1)
# MAGIC         self.edges_norm = nn.InnerBatchNorm(regular(4))
# MAGIC         self.strokes = nn.R2Conv(regular(4), regular(8), 5, padding=2)
# MAGIC         self.strokes_norm = nn.InnerBatchNorm(regular(8))
# MAGIC         self.shapes = nn.R2Conv(regular(8), regular(16), 5)
# MAGIC         self.shapes_norm = nn.InnerBatchNorm(regular(16))
# MAGIC         self.smaller = torch.nn.ModuleList(nn.PointwiseAvgPoolAntialiased(regular(n), 0.66, stride=2) for n in (4, 8))
# MAGIC         self.invariant = nn.GroupPooling(regular(16))
# MAGIC         self.answer = torch.nn.Linear(16, 10)
# MAGIC
# MAGIC     def forward(self, images):
# MAGIC         x = nn.GeometricTensor(images, self.image)
# MAGIC         x = self.smaller[0](self.edges_norm(self.edges(x)))
# MAGIC         x = nn.ReLU(x.type)(x)
# MAGIC         x = self.smaller[1](self.strokes_norm(self.strokes(x)))
# MAGIC         x = nn.ReLU(x.type)(x)
# MAGIC         x = self.shapes_norm(self.shapes(x))
# MAGIC         x = self.invariant(nn.ReLU(x.type)(x))
# MAGIC         return self.answer(x.tensor.amax((2, 3)))
# MAGIC ```
# MAGIC
# MAGIC All that is needed of it is the file that `torch.save(network.state_dict(), "digits.pt")` wrote after `network.eval()`, and what it computes, as a
# MAGIC specification: kinds of layers and their options, in the order of `forward`.

# COMMAND ----------

import json

network = (files / "digits-network.json").read_text()
said = json.loads((files / "digits.json").read_text())
print(network)
print(f"In Python, {said['right']} of {said['of']} digits were right")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Reading its state
# MAGIC
# MAGIC The tool's command `import-e2cnn` makes a model of it. Modules have other names there than here, so they are taken in their order; a file of names would do, too.
# MAGIC Whatever the state holds beside parameters, bases and filters of its convolutions, is compared with what is computed here.

# COMMAND ----------

import time

model = f"{folder}/digits-{time.time_ns()}"
e2spark.run(
    spark, "import-e2cnn", str(files / "digits.pt"), "--model", str(files / "digits-network.json"), "--by-order", "--out", model
)

# COMMAND ----------

# MAGIC %md
# MAGIC ## The same numbers

# COMMAND ----------

import numpy

images, labels = e2spark.sample_digits("test")
images = numpy.pad(images, ((0, 0), (1, 0), (1, 0)))  # 29 pixels, as in Python
table = e2spark.to_dataframe(spark, images, {"id": numpy.arange(len(labels)), "label": labels}).cache()
imported = e2spark.EquivariantFeatureExtractor(modelPath=model, inputCol="image", rawPredictionCol="logits", predictionCol="prediction")
answers = imported.transform(table).orderBy("id").select("label", "logits", "prediction").toPandas()

first = numpy.stack([row.toArray() for row in answers.logits[:4]])
right = int((answers.prediction == answers.label).sum())
print(f"Logits differ by {numpy.abs(first - said['logits']).max():.0e}, of {numpy.abs(first).max():.1f} at most")
print(f"Here, {right} of {len(answers)} digits are right")
assert right == said["right"]

# COMMAND ----------

# MAGIC %md
# MAGIC ## Training on
# MAGIC
# MAGIC The model is one like any other: it is evaluated, exported, asked in SQL. Here it goes on learning, from turned digits now, on as many workers as the cluster has.

# COMMAND ----------

digits, kinds = e2spark.sample_digits()
digits = numpy.pad(digits, ((0, 0), (1, 0), (1, 0)))
train = e2spark.to_dataframe(spark, digits, {"label": kinds})
better = e2spark.EquivariantClassifier(
    network=network,
    startModel=model,
    featuresCol="image",
    imageShape=[1, 29, 29],
    augmentation="rotate",
    maxEpochs=2,
    batchSize=64,
    learningRate=5e-3,
    store=f"{folder}/training",
).fit(train)
print("Loss by epoch:", [round(loss, 3) for loss in better.summary.objectiveHistory])

# COMMAND ----------

# MAGIC %md
# MAGIC Both, asked for digits that are turned by any angle:

# COMMAND ----------

from PIL import Image

angles = numpy.random.default_rng(1).integers(0, 360, len(images))
turned = [numpy.asarray(Image.fromarray(image).rotate(angle, Image.Resampling.BILINEAR)) for image, angle in zip(images, angles)]
turned = e2spark.to_dataframe(spark, turned, {"label": labels})
for name, stage in (("as it came", imported), ("trained on", better)):
    count = stage.transform(turned).where("prediction = label").count()
    print(f"{name}: {count} of {len(images)} turned digits are right")

# COMMAND ----------

# MAGIC %md
# MAGIC `e2spark export --format e2cnn` is the way back: the state of a model, with the Python code that builds its network in e2cnn.
