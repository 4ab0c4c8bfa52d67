"""A session of the kind that E2SPARK_SESSION names: classic, connect-jars or connect-artifact."""

import os
from collections.abc import Iterator

import numpy
import pytest
from pyspark.sql import SparkSession

import e2spark

KIND = os.environ.get("E2SPARK_SESSION", "classic")


def _builder() -> SparkSession.Builder:
    return SparkSession.Builder().config("spark.ui.enabled", "false").config("spark.driver.memory", "2g")


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    if KIND == "connect-artifact":
        session = _builder().remote("local[2]").getOrCreate()
        session.addArtifact(str(e2spark.find_jar().path))
    elif KIND == "connect-jars":
        session = e2spark.configure(_builder().remote("local[2]")).getOrCreate()
    else:
        session = e2spark.configure(_builder().master("local[2]")).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def pixels() -> "tuple[numpy.ndarray, numpy.ndarray]":
    """Sixty small images of two kinds that anybody tells apart, and which kind each is."""
    random = numpy.random.default_rng(1)
    labels = numpy.arange(60) % 2
    images = random.integers(0, 60, (60, 28, 28)) + 150 * labels[:, None, None]
    return images.astype(numpy.uint8), labels
