"""What trainings have told a server of MLflow, through its own client: tracked.py URI, which the environment names too"""
import sys

import e2spark
import mlflow
import mlflow.spark
import numpy

mlflow.set_tracking_uri(sys.argv[1])
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name("kinds of digits")
(run,) = client.search_runs([experiment.experiment_id])
assert run.info.status == "FINISHED", run.info.status
assert run.data.params["epochs"] == "1" and run.data.params["preset"] == "quickstart/cnn", run.data.params
(loss,) = client.get_metric_history(run.info.run_id, "loss")
assert loss.step > 1000 and 0 < loss.value < 5, loss
paths = {item.path for item in client.list_artifacts(run.info.run_id)}
assert paths == {"model", "report.html"}, paths

version = client.get_model_version_by_alias("digits", "champion")
assert version.run_id == run.info.run_id
model = mlflow.pyfunc.load_model("models:/digits@champion")
example = model.metadata.load_input_example("models:/digits@champion")
assert example.dtype == numpy.uint8 and example.shape[0] == 1, example
logits = model.predict(example)["logits"]
assert logits.shape == (1, 10) and model.metadata.signature is not None
assert mlflow.onnx.load_model(f"runs:/{run.info.run_id}/model").opset_import[0].version == 18

spark = e2spark.configure().master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
table = e2spark.to_dataframe(spark, numpy.stack([example[0, 0], numpy.full_like(example[0, 0], 128)]))
seen = mlflow.spark.load_model("models:/digits@champion").transform(table).select("rawPrediction", "prediction").toPandas()
numpy.testing.assert_allclose(seen.rawPrediction[0].toArray(), logits[0], atol=1e-4)
assert seen.prediction[0] == logits[0].argmax()

# A fit is a run, too.
pixels, labels = e2spark.sample_digits("test")
digits = e2spark.to_dataframe(spark, pixels[:200], {"label": labels[:200]})
fitted = e2spark.EquivariantClassifier(
    preset="quickstart/cnn", featuresCol="image", imageShape=[1, 28, 28], maxEpochs=1, batchSize=20, numWorkers=1
).fit(digits)
newest = client.search_runs([experiment.experiment_id], order_by=["start_time DESC"])[0]
assert newest.info.run_id != run.info.run_id and newest.info.status == "FINISHED", newest.info
assert newest.data.params["batch"] == "20", newest.data.params
said = mlflow.pyfunc.load_model(f"runs:/{newest.info.run_id}/model").predict(pixels[:9, None])["logits"]
raw = fitted.transform(digits.limit(9)).select("rawPrediction").toPandas().rawPrediction
numpy.testing.assert_allclose(numpy.stack([row.toArray() for row in raw]), said, atol=1e-4)
spark.stop()
print(f"tracked.py: run {run.info.run_name}, {len(run.data.params)} params, {len(run.data.metrics)} metrics, model digits@champion")
