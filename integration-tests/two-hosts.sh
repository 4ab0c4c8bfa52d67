#!/usr/bin/env bash
# two-hosts.sh [RATE...]: trains on two workers of one thread in every way to synchronise, in two network namespaces that stand for two
# hosts with a link of each rate between them (unlimited or a rate of tc-tbf(8); 1gbit and 100mbit if none is given): Spark's own master, a
# worker in each, mnist-bench/regular-c4, factorised, on the shipped digits, global batches of 32. Prints for each way the images a second of the last
# epoch, the share of it in which workers synchronised, and the error on the test digits. Needs root, iproute2 and two idle cores; takes
# ten minutes. EPOCHS=N trains longer than two epochs, EVALUATION=dense in the other way to evaluate filters, BATCH=N on other global batches,
# SHARDS=DIR on other images of 28 by 28 that have a split test, WAYS=PATTERN only in the ways whose names match it.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 1gbit 100mbit
epochs=${EPOCHS:-2}
evaluation=${EVALUATION:-factorised}
batch=${BATCH:-32}
here=e2spark-here-$$
there=e2spark-there-$$
here_ip=10.77.0.1
there_ip=10.77.0.2
jar=$PWD/spark-jobs/target/e2spark-assembly.jar
out=$(mktemp -d)
pids=()

finish() {
  [ ${#pids[@]} = 0 ] || { kill "${pids[@]}" && wait "${pids[@]}"; } 2>/dev/null || true
  ip netns del "$here" 2>/dev/null || true
  ip netns del "$there" 2>/dev/null || true
  rm -rf "$out"
}
trap finish EXIT

hosts() {
  ip netns add "$here"
  ip netns add "$there"
  ip link add e2spark netns "$here" type veth peer name e2spark netns "$there"
  ip -n "$here" addr add "$here_ip/24" dev e2spark
  ip -n "$there" addr add "$there_ip/24" dev e2spark
  local side
  for side in "$here" "$there"; do
    ip -n "$side" link set lo up
    ip -n "$side" link set e2spark up
  done
}

link_rate() {
  local side
  for side in "$here" "$there"; do
    if [ "$1" = unlimited ]; then
      ip netns exec "$side" tc qdisc del dev e2spark root 2>/dev/null || true
    else
      ip netns exec "$side" tc qdisc replace dev e2spark root tbf rate "$1" burst 256kb latency 50ms
    fi
  done
}

# What bin/spark-class of a distribution does, on one of the hosts: on HOST IP CLASS ARGUMENT...
on() {
  local host=$1 ip=$2 word words=()
  shift 2
  while IFS= read -r -d '' word; do words+=("${word#$'\n'}"); done < <(java -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@")
  exec ip netns exec "$host" env SPARK_LOCAL_IP="$ip" OMP_WAIT_POLICY=PASSIVE OPT_OUT_TRACKING=true "${words[@]:1}"
}

worker() {
  (on "$1" "$2" org.apache.spark.deploy.worker.Worker --host "$2" --webui-port 0 --cores 1 --memory 2g --work-dir "$out/work-$2" \
    "$master") >"$out/worker-$2.txt" 2>&1 &
  pids+=($!)
}

cluster() {
  (on "$here" "$here_ip" org.apache.spark.deploy.master.Master --host "$here_ip" --port 7077 --webui-port 0) >"$out/master.txt" 2>&1 &
  pids+=($!)
  master=spark://$here_ip:7077
  until grep -q "Starting Spark master" "$out/master.txt"; do
    kill -0 "${pids[0]}" || { cat "$out/master.txt" >&2; exit 1; }
    sleep 0.2
  done
  worker "$here" "$here_ip"
  worker "$there" "$there_ip"
}

# The jar is on both hosts, as local: says: no link carries it. row NAME OPTION...
row() {
  local name=$1 log=$out/train.txt
  [[ $name =~ ${WAYS:-.} ]] || return 0
  shift
  rm -rf "$out/run"
  (on "$here" "$here_ip" org.apache.spark.deploy.SparkSubmit --master "$master" --driver-memory 1g --executor-memory 1g \
    --conf spark.executor.cores=1 --conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false \
    --conf spark.executorEnv.OMP_WAIT_POLICY=PASSIVE --conf spark.executorEnv.OPT_OUT_TRACKING=true \
    --conf spark.executor.defaultJavaOptions=-Dai.djl.offline=true --conf spark.driver.defaultJavaOptions=-Dai.djl.offline=true \
    --class org.e2spark.cli.Main "local:$jar" train --preset mnist-bench/regular-c4 --data "$shards" --out "$out/run" \
    --evaluation "$evaluation" --batch "$batch" --learning-rate 0.001 --epochs "$epochs" --validate test "$@") >"$log" 2>&1 || { tail -n 40 "$log" >&2; exit 1; }
  local last error
  last=$(sed -n "s|^epoch $epochs/$epochs: .*, \([0-9.]* images/s\);.*, \([0-9]* %\) synchronising.*|\1, \2 synchronising|p" "$log")
  error=$(sed -n 's/^measured on test: .*error \([0-9.]* %\).*/\1/p' "$log" | tail -n 1)
  [ -n "$last" ] && [ -n "$error" ] || { tail -n 40 "$log" >&2; exit 1; }
  printf '%-10s %-28s %s, error %s\n' "$rate" "$name" "$last" "$error"
}

# The launcher builds what is not built.
shards=${SHARDS:-$out/shards}
[ -n "${SHARDS:-}" ] ||
  spark-jobs/bin/e2spark prepare idx --from data-pipeline/src/main/resources/org/e2spark/data/prepare/mnist-sample --out "$shards" >/dev/null
export SPARK_HOME=$PWD/spark-jobs/target/spark-home SPARK_SCALA_VERSION=2.13
hosts
cluster
rate=-
row "one worker" --workers 1
for rate; do
  link_rate "$rate"
  row "all-reduce" --workers 2
  row "all-reduce, bf16 wire" --workers 2 --wire bf16
  for period in 4 16 64; do
    row "averaging, period $period" --workers 2 --mode averaging --period "$((period * batch))samples"
  done
done
