# Databricks notebook source
# MAGIC %md
# MAGIC # Equivariance, looked at
# MAGIC
# MAGIC Two networks learn from digits that stand upright, and are then asked about a digit that turns, degree by degree. What they say shows what
# MAGIC symmetry in a network means.

# COMMAND ----------

import os

import e2spark

folder = os.environ.get("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Two networks that have seen upright digits

# COMMAND ----------

import numpy

digits, labels = e2spark.sample_digits()
digits = numpy.pad(digits, ((0, 0), (1, 0), (1, 0)))  # 29 pixels: the strides of the networks meet the middle
upright = e2spark.to_dataframe(spark, digits[:1500], {"label": labels[:1500]}).cache()


def fitted(preset):
    return e2spark.EquivariantClassifier(
        preset=preset,
        featuresCol="image",
        imageShape=[1, 29, 29],
        maxEpochs=3,
        batchSize=32,
        learningRate=5e-3,
        numWorkers=2,
        store=f"{folder}/training",
    ).fit(upright)


models = {preset: fitted(preset) for preset in ("quickstart/c8", "quickstart/cnn")}

# COMMAND ----------

# MAGIC %md
# MAGIC ## A digit that turns
# MAGIC
# MAGIC The probability that each gives the right class, at every fifth degree:

# COMMAND ----------

from PIL import Image

unseen, names = e2spark.sample_digits("test")
chosen = int(numpy.flatnonzero(names == 4)[0])
digit = numpy.pad(unseen[chosen], ((1, 0), (1, 0)))
angles = numpy.arange(0, 361, 5)
turning = e2spark.to_dataframe(
    spark,
    [numpy.asarray(Image.fromarray(digit).rotate(angle, Image.Resampling.BICUBIC)) for angle in angles],
    {"angle": angles},
).cache()
right = {
    preset: [row.probability[4] for row in model.transform(turning).orderBy("angle").select("probability").collect()]
    for preset, model in models.items()
}

# COMMAND ----------

import matplotlib.pyplot as plt

figure, axis = plt.subplots(figsize=(6, 2.2), dpi=70)
for preset, probabilities in right.items():
    axis.plot(angles, probabilities, label=preset)
axis.set_xticks(range(0, 361, 45))
axis.set_xlabel("degrees")
axis.set_ylabel("probability of the class")
axis.legend(fontsize=8, loc=(0.4, 0.2))
plt.show()

# COMMAND ----------

# MAGIC %md
# MAGIC At every quarter turn the equivariant network says exactly the same; between, where pixels must be made up from others, it wavers, and stays
# MAGIC right. The ordinary one knows the digit only as it has seen it.
# MAGIC
# MAGIC ## What is inside
# MAGIC
# MAGIC Invariance is not loss: before the last layers, the network knows how the digit lies. Each field answers in eight orientations, and when
# MAGIC the image turns by an eighth, the answers move on by one. Here is the sum of one layer's answers in each orientation (`featureKind`
# MAGIC `orientations`), while the digit turns: at every eighth of the circle, the pattern moves on by one.

# COMMAND ----------

models["quickstart/c8"].write().overwrite().save(f"{folder}/turning")
orientations = e2spark.EquivariantFeatureExtractor(
    modelPath=f"{folder}/turning", layer="features.10", featureKind="orientations", inputCol="image"
)
answers = numpy.stack([row.features.toArray() for row in orientations.transform(turning).orderBy("angle").collect()])

figure, axis = plt.subplots(figsize=(6, 2.2), dpi=70)
axis.imshow(answers.T, aspect="auto", extent=(0, 360, answers.shape[1] - 0.5, -0.5), cmap="viridis")
axis.set_xticks(range(0, 361, 45))
axis.set_xlabel("degrees")
axis.set_ylabel("orientation")
plt.show()

# COMMAND ----------

# MAGIC %md
# MAGIC Exactly so at quarter turns, which move the answers on by two:

# COMMAND ----------

at = {angle: answers[list(angles).index(angle)] for angle in (0, 90, 180, 270)}
for angle, found in at.items():
    moved = min(range(8), key=lambda steps: numpy.abs(numpy.roll(at[0], steps) - found).max())
    print(f"{angle:3d} degrees: moved by {moved}, and differs by {numpy.abs(numpy.roll(at[0], moved) - found).max():.0e}")

# COMMAND ----------

# MAGIC %md
# MAGIC The command `e2spark explain` makes a page of the same for any model and image, with the fields themselves, turning and turned back, and the
# MAGIC kernels of every convolution.
