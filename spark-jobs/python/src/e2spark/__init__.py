"""Rotation- and reflection-equivariant image networks on Spark, from Python.

The classes are those of ``org.e2spark.ml``, whose name PySpark derives from Java's; import them from
here. A first session::

    import e2spark
    spark = e2spark.configure().master("local[2]").getOrCreate()
    images = e2spark.to_dataframe(spark, array, {"label": labels})
    model = e2spark.EquivariantClassifier(
        preset="quickstart/c8", featuresCol="image", imageShape=[1, 28, 28]
    ).fit(images)
    module = model.to_torch()
"""

from importlib.metadata import version as _version

from e2spark.digits import sample_digits
from e2spark.images import to_dataframe
from e2spark.jar import Jar, JarError, configure, find as find_jar
from e2spark.tool import run
from org.e2spark.fitted import EquivariantTrainingSummary
from org.e2spark.ml import *  # noqa: F403
from org.e2spark.ml import __all__ as _stages

__version__ = _version("e2spark")

__all__ = [
    "EquivariantTrainingSummary",
    "Jar",
    "JarError",
    "configure",
    "find_jar",
    "run",
    "sample_digits",
    "to_dataframe",
    *_stages,
]
