"""Makes an exported model (``e2spark export --format mlflow``) a version in MLflow's registry, and gives it an alias.

On Databricks that is Unity Catalog's; elsewhere the one that MLFLOW_REGISTRY_URI or MLFLOW_TRACKING_URI names.
"""

import argparse
import os
from pathlib import Path

import mlflow


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, help="with the exported model")
    options.add_argument("name", help="of the model in the registry")
    options.add_argument("--alias", required=True, help="that the version gets, such as challenger")
    asked = options.parse_args()
    # The registry itself takes any address, and is found wanting when the model is loaded.
    if not (asked.folder / "MLmodel").is_file():
        options.error(f"no exported model in {asked.folder}: e2spark export MODEL --format mlflow --out {asked.folder}")
    if "DATABRICKS_RUNTIME_VERSION" in os.environ:
        mlflow.set_registry_uri("databricks-uc")
    version = mlflow.register_model(asked.folder.absolute().as_uri(), asked.name)
    mlflow.MlflowClient().set_registered_model_alias(asked.name, asked.alias, version.version)
    print(f"{asked.name} version {version.version} is {asked.alias}")


if __name__ == "__main__":
    main()
