"""Reads Kubernetes' resources by the classes that Kubeflow's operator and Kubernetes publish, and fails for whatever they do not know.

    python .ci/resources.py FILE...
"""

import sys

import yaml
from kubeflow_spark_api.models import SparkV1beta2SparkApplication
from kubernetes.client import ApiClient


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


def kept(resource):
    if resource["kind"] == "SparkApplication":
        return SparkV1beta2SparkApplication.from_dict(resource).to_dict()
    client = ApiClient()
    version = resource["apiVersion"].rsplit("/", 1)[-1].capitalize()
    return client.sanitize_for_serialization(client._ApiClient__deserialize(resource, version + resource["kind"]))


for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        found = yaml.safe_load(file)
    lost = list(unknown(found, kept(found)))
    if lost:
        sys.exit(f"{name}: not known: {', '.join(lost)}")
