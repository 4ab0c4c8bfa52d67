#!/usr/bin/env bash
# Runs what the documentation tells people to run (commands.txt): the quick start in a clone, which it must leave as it was;
# each command with a line "run"; and every benchmark, once, for one short iteration.
set -euo pipefail
cd "$(dirname "$0")/.."

# The benchmarks of one module in one JVM, by the documented command; those of whole networks on the smallest.
benchmarks() {
  mvn -q -B -ntp -pl "$1" -am test-compile exec:exec@jmh \
    -Djmh=". -wi 0 -i 1 -r 50ms -bm ss -f 0 -foe true -v SILENT -p preset=mnist-bench/regular-c8"
}

# Starts a fuzzing command and ends it once the fuzzer has begun to search: at once, as a fuzzer that is told to stop keeps the input
# that it tried last among the tests', as one that crashes.
fuzz() {
  local log fuzzer
  log=$(mktemp)
  setsid bash -c "$1" >"$log" 2>&1 &
  fuzzer=$!
  until grep -q INITED "$log"; do
    kill -0 "$fuzzer" 2>/dev/null || { cat "$log"; echo ".ci/commands.sh: the fuzzer did not begin: $1"; exit 1; }
    sleep 1
  done
  kill -KILL -- "-$fuzzer"
  wait "$fuzzer" || true
  rm -f "$log"
}

# In a clone. Nothing runs beside it, so that the times of its two trainings compare: what rotations cost is bounded by what the same training
# of a conventional network costs.
quick_start() {
  local clone printed left
  clone=$(mktemp -d)
  git clone -q . "$clone"
  printed=$(cd "$clone" && spark-jobs/bin/e2spark quickstart --epochs 1 --baseline)
  left=$(git -C "$clone" status --porcelain)
  rm -rf "$clone"
  echo "$printed"
  awk '$1 ~ /^quickstart/ { seconds[$1] = $5 }
    END {
      steerable = seconds["quickstart/c8"]
      conventional = seconds["quickstart/cnn"]
      if (0 < steerable && steerable <= 6 * conventional) exit 0
      print ".ci/commands.sh: the quick start trains quickstart/c8 for " steerable " s, and quickstart/cnn for " conventional " s: at most 6 times that is allowed"
      exit 1
    }' <<<"$printed"
  [ -z "$left" ] || { echo ".ci/commands.sh: the quick start left $left"; exit 1; }
}

say() {
  printf '.ci/commands.sh: %s (%d s)\n' "$1" "$SECONDS"
}

before=$(git status --porcelain)
quick_start
say "PASSED: the quick start, in a clone that it left clean"
while IFS= read -r command; do
  case $command in
    JAZZER_FUZZ=1*) fuzz "$command" ;;
    *) bash -euc "$command" ;;
  esac
  say "PASSED: $command"
done < <(sed -n 's/^  run: //p' .ci/commands.txt)
for sources in */src/jmh; do
  if [ "$(date +%s)" -gt "${E2SPARK_GATE_END:-9999999999}" ]; then
    say "SKIPPED: the benchmarks of ${sources%%/*}: the gate has no time left"
    continue
  fi
  benchmarks "${sources%%/*}"
  say "PASSED: the benchmarks of ${sources%%/*}"
done
left=$(git status --porcelain)
[ "$left" = "$before" ] || { echo ".ci/commands.sh: the commands left $left"; exit 1; }
