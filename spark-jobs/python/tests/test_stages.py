"""Fits, transforms, saves, loads and exports through whatever session there is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pandas
import pytest
from conftest import KIND
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import StringIndexer, StringIndexerModel
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql import SparkSession

import e2spark


@pytest.fixture(scope="module")
def images(spark, pixels):
    arrays, labels = pixels
    table = pandas.DataFrame({"image": list(arrays), "kind": ["dark", "bright"] * 30})
    table["number"] = labels.astype("float64")
    table["trust"] = 0.5
    return e2spark.to_dataframe(spark, table)


@pytest.fixture(scope="module")
def classifier():
    return e2spark.EquivariantClassifier(
        preset="quickstart/cnn",
        featuresCol="image",
        labelCol="label",
        weightCol="trust",
        imageShape=(1, 28, 28),
        maxEpochs=4,
        batchSize=20,
        learningRate=5e-3,
        numWorkers=1,
    )


@pytest.fixture(scope="module")
def fitted(images, classifier):
    indexer = StringIndexer(inputCol="kind", outputCol="label", stringOrderType="alphabetDesc")
    return Pipeline(stages=[indexer, classifier]).fit(images)


def test_a_pipeline_is_fitted_saved_and_loaded(spark: SparkSession, images, fitted, tmp_path):
    seen = fitted.transform(images).toPandas()
    assert (seen.prediction == seen.number).mean() > 0.9
    assert fitted.stages[1].numClasses == 2
    assert fitted.stages[1].getFeaturesCol() == "image"
    losses = fitted.stages[1].summary.objectiveHistory
    assert len(losses) == fitted.stages[1].summary.totalIterations == 4
    assert losses[3] < losses[0]
    fitted.write().overwrite().save(f"file://{tmp_path}/model")
    again = PipelineModel.load(f"file://{tmp_path}/model")
    assert isinstance(again.stages[1], e2spark.EquivariantClassificationModel)
    assert not again.stages[1].hasSummary
    with pytest.raises(RuntimeError, match="loaded"):
        again.stages[1].summary
    pandas.testing.assert_series_equal(again.transform(images).toPandas().probability, seen.probability)


def test_features_are_extracted_in_batches_that_change_nothing(spark, images, fitted, tmp_path):
    path = f"file://{tmp_path}/network"
    fitted.stages[1].write().overwrite().save(path)
    extractor = e2spark.EquivariantFeatureExtractor(
        modelPath=path, inputCol="image", outputCol="vector", predictionCol="prediction"
    )
    seen = extractor.transform(images).toPandas()
    vectors = numpy.stack([row.toArray() for row in seen.vector])
    assert vectors.shape == (60, extractor.transform(images.limit(1)).head().vector.size)
    assert (seen.prediction == seen.number).mean() > 0.9
    dark, bright = (vectors[(seen.number == kind).to_numpy()].mean(axis=0) for kind in (0, 1))
    assert numpy.abs(dark - bright).max() > 0.01
    extractor.write().overwrite().save(f"file://{tmp_path}/extractor")
    again = e2spark.EquivariantFeatureExtractor.load(f"file://{tmp_path}/extractor")
    assert again.getOutputCol() == "vector"
    alone = again.transform(images.limit(1)).head().vector.toArray()
    numpy.testing.assert_allclose(alone, vectors[0], atol=1e-5)


SECOND_SESSION = """
import sys
import numpy
import e2spark
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

model, images, said = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
spark.addArtifact(str(e2spark.find_jar().path))
pixels = numpy.load(images)
model = e2spark.EquivariantClassificationModel.load(model)
seen = model.transform(e2spark.to_dataframe(spark, pixels)).toPandas()
assert model.predict(Vectors.dense(pixels[0].ravel())) == seen.prediction[0]
numpy.save(said, numpy.stack([row.toArray() for row in seen.probability]))
spark.stop()
"""


@pytest.mark.skipif(KIND != "connect-artifact", reason="other sessions share the class loader of their JVM")
def test_a_second_session_that_sends_the_jar_computes_beside_the_first(images, pixels, fitted, tmp_path):
    path = f"file://{tmp_path}/network"
    fitted.stages[1].write().overwrite().save(path)
    seen = fitted.transform(images).toPandas()
    numpy.save(tmp_path / "images.npy", pixels[0])
    # To this one's server, which is another's for it.
    environment = {name: value for name, value in os.environ.items() if name != "SPARK_LOCAL_REMOTE"}
    environment["SPARK_REMOTE"] = "sc://localhost"
    arguments = [path, str(tmp_path / "images.npy"), str(tmp_path / "said.npy")]
    subprocess.run([sys.executable, "-c", SECOND_SESSION, *arguments], env=environment, check=True, timeout=300)
    expected = numpy.stack([row.toArray() for row in seen.probability])
    numpy.testing.assert_allclose(numpy.load(tmp_path / "said.npy"), expected, atol=1e-5)


def test_params_are_kept(classifier, tmp_path):
    assert classifier.getMaxEpochs() == 4
    assert classifier.copy({classifier.seed: 7}).getSeed() == 7
    classifier.write().overwrite().save(f"file://{tmp_path}/classifier")
    loaded = e2spark.EquivariantClassifier.load(f"file://{tmp_path}/classifier")
    assert loaded.getImageShape() == [1, 28, 28]
    assert loaded.getLearningRate() == 5e-3
    with pytest.raises(TypeError, match="maxEpochs"):
        e2spark.EquivariantClassifier(maxEpochs="many")


def test_a_cross_validator_chooses_among_fits_that_run_at_once(images, classifier):
    labelled = classifier.copy({classifier.labelCol: "number", classifier.batchSize: 10})
    best = CrossValidator(
        estimator=labelled,
        estimatorParamMaps=ParamGridBuilder().addGrid(labelled.learningRate, [1e-7, 5e-3]).build(),
        evaluator=MulticlassClassificationEvaluator(labelCol="number", metricName="accuracy"),
        numFolds=2,
        parallelism=2,
        seed=1,
    ).fit(images)
    assert best.avgMetrics[1] > best.avgMetrics[0]
    assert isinstance(best.bestModel, e2spark.EquivariantClassificationModel)


KEPT = Path(__file__).parents[2] / "src/test/resources/pipelines"


@pytest.mark.parametrize("version", sorted(KEPT.iterdir()), ids=lambda path: path.name)
def test_pipelines_that_earlier_versions_saved_in_java_say_what_they_said(spark, version):
    at = numpy.arange(29 * 29)
    rows = [(i, ("even", "odd")[i % 2], bytearray((at * (i + 3) % 251).astype(numpy.uint8))) for i in range(4)]
    images = spark.createDataFrame(rows, "id int, kind string, image binary")
    saved = f"file://{version}/model"
    if KIND == "classic":
        model = PipelineModel.load(saved)
    else:
        # PySpark loads over Spark Connect only pipelines that Python has saved; stages of others it does.
        indexer = StringIndexerModel.load(f"{saved}/stages/0_kept-indexer")
        model = PipelineModel([indexer, e2spark.EquivariantClassificationModel.load(f"{saved}/stages/1_kept-model")])
    seen = model.transform(images).orderBy("id").select("label", "probability").collect()
    expected = json.loads((version / "expected.json").read_text())
    assert [row.label for row in seen] == [row["label"] for row in expected]
    for row, said in zip(seen, expected):
        numpy.testing.assert_allclose(row.probability.toArray(), said["probability"], atol=1e-5)


def test_a_model_becomes_a_module_of_torch(spark, images, pixels, fitted, tmp_path):
    torch = pytest.importorskip("torch")
    path = None if KIND == "classic" else f"file://{tmp_path}/exported"
    module = fitted.stages[1].to_torch(path=path)
    batch = torch.tensor(pixels[0][:, None].tolist(), dtype=torch.uint8)
    with torch.no_grad():
        logits = numpy.array(module(batch).tolist())
    expected = numpy.stack([row.toArray() for row in fitted.transform(images).toPandas().rawPrediction])
    numpy.testing.assert_allclose(logits, expected, atol=1e-4)


def test_a_wrong_column_is_refused_by_name(images, classifier):
    labelled = classifier.copy({classifier.labelCol: "number"})
    with pytest.raises(Exception, match="No column 'picture'"):
        labelled.copy({classifier.featuresCol: "picture"}).fit(images)
    with pytest.raises(Exception, match="Column 'kind' is of type string"):
        labelled.copy({classifier.weightCol: "kind"}).fit(images)
