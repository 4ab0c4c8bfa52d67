#!/usr/bin/env bash
# Trains on YARN with the settings of cluster-configs, made smaller: Hadoop's own resource manager and node manager in one JVM, Spark's own
# client, an application master and two executors in containers. yarn.sh SPARK_HOME JAR SHARDS OUT
set -euo pipefail
cd "$(dirname "$0")/.."
home=$1 jar=$PWD/$2 shards=$3
mkdir -p "$4"
out=$(cd "$4" && pwd -P)

say() {
  printf '.ci/yarn.sh: %s (%d s)\n' "$1" "$SECONDS"
}

mvn -q -B -ntp -f .ci/yarn/pom.xml dependency:copy-dependencies -DoutputDirectory="$out/jars" ||
  { say "SKIPPED: Hadoop's small cluster cannot be fetched"; exit 0; }
mkdir -p "$out/conf" "$out/cluster"
mkfifo "$out/input"
(cd "$out/cluster" && exec java --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED \
  -cp "$out/jars/*:$home/jars/*" "$OLDPWD/.ci/yarn/SmallYarn.java" "$out/conf/yarn-site.xml" \
  "$OLDPWD/cluster-configs/yarn/capacity-scheduler-gpu.xml" <"$out/input" >"$out/yarn.txt" 2>&1) &
cluster=$!
exec 7>"$out/input"
until grep -q '^started' "$out/yarn.txt"; do
  kill -0 "$cluster" 2>/dev/null || { cat "$out/yarn.txt"; exit 1; }
  sleep 0.2
done

code=0
HADOOP_CONF_DIR=$out/conf "$home/bin/spark-submit" --properties-file cluster-configs/yarn/spark-defaults.conf \
  --conf spark.executor.instances=2 --conf spark.executor.cores=1 --conf spark.task.cpus=1 \
  --conf spark.executor.memory=512m --conf spark.executor.memoryOverhead=600m --conf spark.driver.memory=512m --conf spark.driver.memoryOverhead=600m \
  --conf "spark.yarn.jars=local:$home/jars/*" --conf "spark.yarn.stagingDir=file://$out/staging" \
  --class org.e2spark.cli.Main "$jar" train --preset quickstart/cnn --epochs 1 --data "$shards" --out "$out/run" --workers 2 >"$out/submit.txt" 2>&1 || code=$?
if [ "$code" != 0 ] || ! [ -f "$out/run/model/manifest.json" ]; then
  tail -n 30 "$out/submit.txt"
  find "$out/cluster" -path '*logDir*' -name stderr -exec tail -n 30 {} +
fi
exec 7>&-
wait "$cluster" || true
grep -q '"master" : "yarn"' "$out/run/run.json"
[ "$code" = 0 ] && [ -f "$out/run/model/manifest.json" ]
say "PASSED: cluster-configs/yarn on Hadoop's own resource manager and node manager"
