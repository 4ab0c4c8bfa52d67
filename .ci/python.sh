#!/usr/bin/env bash
# Shows that e2spark-assembly.jar runs under a real Spark distribution's own spark-submit:
# PyPI's pyspark 4.0.1, in a virtual environment under .venv. Reports and succeeds where there is
# no Python or no registry; fails where Spark is there and the jar does not run on it.
set -euo pipefail
cd "$(dirname "$0")/.."

spark_version=4.0.1
venv=.venv/spark-$spark_version

skip() {
  echo ".ci/python.sh: SKIPPED: $1"
  exit 0
}

command -v python3 >/dev/null || skip "no python3"
if [ ! -x "$venv/bin/spark-submit" ]; then
  python3 -m venv "$venv" || skip "python3 cannot make a virtual environment"
  "$venv/bin/pip" install --quiet "pyspark==$spark_version" || skip "pyspark $spark_version cannot be installed"
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
spark_home=$("$venv/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')

# The launcher takes a real SPARK_HOME as it is and calls that Spark's own spark-submit.
SPARK_HOME=$spark_home spark-jobs/bin/e2spark quickstart --out "$out/quickstart"
# And without the launcher, as on a user's cluster.
"$spark_home/bin/spark-submit" --master 'local[2]' --class org.e2spark.cli.Main \
  spark-jobs/target/e2spark-assembly.jar evaluate "$out/quickstart/c8" --data "$out/quickstart/shards"
echo ".ci/python.sh: PASSED: e2spark-assembly.jar on pyspark $spark_version"
