#!/usr/bin/env bash
# Runs the notebooks: notebooks.sh SPARK_HOME JAR PYTHON OUT. Those for Jupyter by that Python, which has e2spark, nbclient, ipykernel and
# matplotlib; those of Databricks as an application each, in Python by the same one, in Scala by spark-submit, where display() is show().
set -euo pipefail
cd "$(dirname "$0")/.."
spark=$1 jar=$2 python=$3 out=$4
mkdir -p "$out/classes"

OMP_WAIT_POLICY=PASSIVE "$python" notebooks/build.py --run --out "$out/jupyter" >"$out/jupyter.txt" 2>&1 || { tail -n 60 "$out/jupyter.txt"; exit 1; }
printf '.ci/notebooks.sh: PASSED: for Jupyter (%d s)\n' "$SECONDS"

# There, notebooks find a session.
for notebook in notebooks/databricks/python/*.py; do
  name=$(basename "$notebook" .py)
  E2SPARK_STORE=$(mktemp -d -p "$out") E2CNN_FILES=$PWD/notebooks/e2cnn MPLBACKEND=Agg OMP_WAIT_POLICY=PASSIVE "$python" - "$notebook" \
    >"$out/$name-python.txt" 2>&1 <<'PYTHON' || { tail -n 40 "$out/$name-python.txt"; exit 1; }
import runpy
import sys

import e2spark

builder = e2spark.configure().master("local[2]").config("spark.driver.memory", "2g").config("spark.ui.enabled", "false")
spark = builder.getOrCreate()
runpy.run_path(sys.argv[1], init_globals={"spark": spark})
spark.stop()
PYTHON
  printf '.ci/notebooks.sh: PASSED: %s in Python (%d s)\n' "$name" "$SECONDS"
done

names=()
for notebook in notebooks/databricks/scala/*.scala; do
  name=$(basename "$notebook" .scala)
  names+=("$name")
  {
    echo "object $name {"
    echo '  def display(rows: org.apache.spark.sql.Dataset[_]): Unit = rows.show(5, 60)'
    echo '  def main(args: Array[String]): Unit = {'
    echo '    val spark = org.apache.spark.sql.SparkSession.builder().getOrCreate()'
    cat "$notebook"
    echo '    spark.stop()'
    echo '}}'
  } >"$out/$name.scala"
done
java -cp "$spark/jars/*:$jar" scala.tools.nsc.Main -usejavacp -nowarn -d "$out/classes" "$out"/*.scala
jar -c -f "$out/notebooks.jar" -C "$out/classes" .
for name in "${names[@]}"; do
  E2SPARK_STORE=$(mktemp -d -p "$out") E2CNN_FILES=$PWD/notebooks/e2cnn OMP_WAIT_POLICY=PASSIVE "$spark/bin/spark-submit" --master 'local[2]' --driver-memory 2g \
    --conf spark.ui.enabled=false --jars "$jar" --class "$name" "$out/notebooks.jar" >"$out/$name.txt" 2>&1 ||
    { tail -n 40 "$out/$name.txt"; exit 1; }
  printf '.ci/notebooks.sh: PASSED: %s in Scala (%d s)\n' "$name" "$SECONDS"
done
