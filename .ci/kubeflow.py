"""Reads a SparkApplication by the classes that Kubeflow's operator publishes, and fails for whatever they do not know.

    python .ci/kubeflow.py cluster-configs/kubernetes/kubeflow-spark-operator.yaml
"""

import sys

import yaml
from kubeflow_spark_api.models import SparkV1beta2SparkApplication


def unknown(given, read, path=""):
    """What the file says and the classes have not kept."""
    if isinstance(given, dict):
        for key, value in given.items():
            if not isinstance(read, dict) or key not in read:
                yield f"{path}.{key}"
            else:
                yield from unknown(value, read[key], f"{path}.{key}")
    elif isinstance(given, list):
        for i, value in enumerate(given):
            yield from unknown(value, read[i], f"{path}[{i}]")
    elif given != read:
        yield f"{path}: {given!r} is read as {read!r}"


with open(sys.argv[1], encoding="utf-8") as file:
    application = yaml.safe_load(file)
lost = list(unknown(application, SparkV1beta2SparkApplication.from_dict(application).to_dict()))
if lost:
    sys.exit(f"{sys.argv[1]}: not known to the operator: {', '.join(lost)}")
