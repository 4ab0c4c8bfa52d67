# Databricks notebook source
# MAGIC %md
# MAGIC # From an image table to a saved pipeline
# MAGIC
# MAGIC Images on a cluster often lie in a table: a column with the encoded files, one with their kind, and now and then a file that is broken. This
# MAGIC notebook makes such a table, trains on it, and saves what it has trained as one pipeline of Spark ML, which takes raw rows.

# COMMAND ----------

import os

import e2spark

folder = os.environ.get("E2SPARK_STORE", "/Volumes/main/default/images/e2spark")

# COMMAND ----------

# MAGIC %md
# MAGIC ## A table of files
# MAGIC
# MAGIC Three kinds of digits as PNG files, and one file that was cut short.

# COMMAND ----------

import io

import pandas
from PIL import Image

NAMES = {3: "three", 5: "five", 8: "eight"}


def png(digit):
    file = io.BytesIO()
    Image.fromarray(digit).save(file, "PNG")
    return file.getvalue()


digits, labels = e2spark.sample_digits()
rows = [(f"{i}.png", NAMES[label], png(digit)) for i, (digit, label) in enumerate(zip(digits, labels)) if label in NAMES]
rows.append(("cut.png", "eight", rows[0][2][:100]))
spark.createDataFrame(pandas.DataFrame(rows, columns=["path", "kind", "content"])).write.mode("overwrite").parquet(f"{folder}/table")

images = spark.read.parquet(f"{folder}/table")
images.groupBy("kind").count().show()

# COMMAND ----------

# MAGIC %md
# MAGIC ## The pipeline
# MAGIC
# MAGIC `StringIndexer` makes numbers of the kinds, and the classifier takes their names from it. A quarter of the rows is held back to test with; of the
# MAGIC rest, one in ten is there to validate on after every epoch. Images that cannot be read are kept, without a prediction and with the
# MAGIC reason (`handleInvalid` is `error` otherwise).

# COMMAND ----------

from pyspark.ml import Pipeline
from pyspark.ml.feature import StringIndexer
from pyspark.sql.functions import col, xxhash64

train = images.filter(xxhash64("path") % 4 != 0).withColumn("validates", xxhash64("path") % 10 == 1)
test = images.filter((xxhash64("path") % 4 == 0) | (col("path") == "cut.png"))

pipeline = Pipeline(
    stages=[
        StringIndexer(inputCol="kind", outputCol="label", handleInvalid="keep"),
        e2spark.EquivariantClassifier(
            preset="quickstart/c8",
            featuresCol="content",
            imageFormat="encoded",
            imageShape=[1, 28, 28],
            handleInvalid="keep",
            validationIndicatorCol="validates",
            maxEpochs=3,
            batchSize=32,
            learningRate=5e-3,
            numWorkers=2,
            store=f"{folder}/training",
        ),
    ]
)
model = pipeline.fit(train)
[round(loss, 3) for loss in model.stages[1].summary.objectiveHistory]

# COMMAND ----------

# MAGIC %md
# MAGIC ## What it says of rows

# COMMAND ----------

from pyspark.ml.feature import IndexToString

seen = IndexToString(inputCol="prediction", outputCol="seen").transform(model.transform(test).filter("invalidReason is null"))
seen.groupBy("kind").pivot("seen").count().na.fill(0).orderBy("kind").show()

# COMMAND ----------

# MAGIC %md
# MAGIC And of the one that is no image:

# COMMAND ----------

model.transform(test).filter("invalidReason is not null").select("path", "prediction", "invalidReason").show(truncate=80)

# COMMAND ----------

# MAGIC %md
# MAGIC ## Saved, and loaded
# MAGIC
# MAGIC The pipeline is a folder like any other of Spark ML's; Python, Scala and Java load what any of them has saved.

# COMMAND ----------

from pyspark.ml import PipelineModel

model.write().overwrite().save(f"{folder}/kinds")
PipelineModel.load(f"{folder}/kinds").transform(test).select("path", "kind", "prediction", "probability").show(3, truncate=60)
