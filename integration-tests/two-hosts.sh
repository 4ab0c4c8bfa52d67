#!/usr/bin/env bash
# two-hosts.sh [RATE...]: ScalingBenchmark between two network namespaces with a link of each rate (1gbit and 100mbit if none is
# given; ip-link(8), tc-tbf(8)), which stand for two hosts with one worker each. Needs root, iproute2, two idle cores and a Maven
# repository that holds what the build needs, as a namespace reaches nothing but the other. Prints images a second of each way to
# synchronise.
set -euo pipefail
cd "$(dirname "$0")/.."
here=e2spark-here-$$
there=e2spark-there-$$
remove() {
  ip netns del "$here" 2> /dev/null || true
  ip netns del "$there" 2> /dev/null || true
}
trap remove EXIT
ip netns add "$here"
ip netns add "$there"
ip link add e2spark netns "$here" type veth peer name e2spark netns "$there"
ip -n "$here" addr add 10.77.0.1/24 dev e2spark
ip -n "$there" addr add 10.77.0.2/24 dev e2spark
[ $# -gt 0 ] || set -- 1gbit 100mbit
for rate; do
  for side in "$here" "$there"; do
    ip -n "$side" link set lo up
    ip -n "$side" link set e2spark up
    ip netns exec "$side" tc qdisc replace dev e2spark root tbf rate "$rate" burst 256kb latency 50ms
  done
  echo "$rate"
  ip netns exec "$here" mvn -o -q -B -ntp -pl spark-jobs -am test-compile exec:exec@jmh \
    -Djmh="ScalingBenchmark -p hosts=10.77.0.1_10.77.0.2 -p namespace=$there"
done
