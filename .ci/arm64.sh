#!/usr/bin/env bash
# Runs consumers/maven-library on an emulated ARM64: Debian's Java for it under qemu, with DJL's natives for linux-aarch64. arm64.sh OUT
# OUT is that of consumers.sh, which has built the project and the repository that it depends on.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(cd "$1" && pwd -P)
root=$out/arm64

say() {
  printf '.ci/arm64.sh: %s (%d s)\n' "$1" "$SECONDS"
}

skip() {
  say "SKIPPED: $1"
  exit 0
}

# Debian's packages for ARM64, unpacked below a folder; this machine's own list of packages stays as it is.
packages() {
  local state=$root/apt
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$root/packages"
  touch "$state/status"
  local apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State=$state" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache")
  "${apt[@]}" update && (cd "$root/packages" && "${apt[@]}" download openjdk-17-jre-headless zlib1g libc6 libstdc++6 libgcc-s1 libgomp1) || return 1
  local package
  for package in "$root"/packages/*.deb; do dpkg-deb -x "$package" "$root"; done
}

[ "$(uname -m)" != aarch64 ] || skip "this machine is an ARM64 itself"
command -v qemu-aarch64-static >/dev/null || apt-get install -qq --no-install-recommends qemu-user-static >/dev/null || skip "qemu-user-static cannot be installed"
packages || skip "Debian's packages for ARM64 cannot be fetched"
mvn -q -B -ntp dependency:copy -Dartifact=ai.djl.pytorch:pytorch-native-cpu:2.7.1:jar:linux-aarch64 "-DoutputDirectory=$root/natives"
mvn -q -B -ntp -f consumers/maven-library/pom.xml "-De2spark.repository=file://$out/repository" "-Dmaven.repo.local=$out/m2" \
  dependency:build-classpath -DincludeScope=runtime "-Dmdep.outputFile=$root/classpath.txt"
jars=$(tr ':' '\n' <"$root/classpath.txt" | grep -v pytorch-native | tr '\n' ':')
QEMU_LD_PREFIX=$root DJL_CACHE_DIR=$root/djl OMP_WAIT_POLICY=PASSIVE qemu-aarch64-static -L "$root" "$root/usr/lib/jvm/java-17-openjdk-arm64/bin/java" \
  -XX:TieredStopAtLevel=1 -Dai.djl.offline=true -Dai.djl.pytorch.num_threads=1 \
  -cp "consumers/maven-library/target/classes:$root/natives/*:$jars" consumer.Turned | tee "$root/turned.txt"
grep -q '^difference' "$root/turned.txt"
say "PASSED: consumers/maven-library on ARM64"
