#!/usr/bin/env bash
# Loads the CUDA build of libtorch on a machine without a GPU, as cluster-configs/gpu.md gets it: cuda.sh OUT [SHARDS]
# The one thing that only a driver brings, libcuda.so.1, is replaced by a library whose functions say that there is no device.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$1
natives=$PWD/.venv/cuda

say() {
  printf '.ci/cuda.sh: %s (%d s)\n' "$1" "$SECONDS"
}

skip() {
  say "SKIPPED: $1"
  exit 0
}

fail() {
  say "FAILED: $1"
  exit 1
}

# A library with the functions of the driver that libtorch's libraries name.
stub() {
  local cuda_error_no_device=100
  nm -D --undefined-only "$1"/*.so | awk -v code=$cuda_error_no_device '$2 ~ /^cu[A-Z]/ { print "int " $2 "(void) { return " code "; }" }' |
    sort -u >"$out/driver.c"
  mkdir -p "$out/driver"
  cc -shared -fPIC -Wl,-soname,libcuda.so.1 -o "$out/driver/libcuda.so.1" "$out/driver.c"
}

# Unpacks an archive as PyTorch's, in small: its libraries are links to those that are here.
archive() {
  local folder=$out/archive library
  mkdir -p "$folder/libtorch/lib"
  echo 2.7.1+cu128 >"$folder/libtorch/build-version"
  for library in libtorch_cuda.so libtorch_cpu.so; do echo >"$folder/libtorch/lib/$library"; done
  (cd "$folder" && python3 -m zipfile -c ../libtorch.zip libtorch/)
  cluster-configs/gpu/natives.sh archive "$out/libtorch.zip" "$out/unpacked"
  grep -qx "spark.executorEnv.PYTORCH_LIBRARY_PATH $out/unpacked/libtorch/lib" "$out/unpacked/executor.conf" || fail "the archive's settings"
  echo 2.6.0+cu124 >"$folder/libtorch/build-version"
  (cd "$folder" && python3 -m zipfile -c ../old.zip libtorch/)
  ! cluster-configs/gpu/natives.sh archive "$out/old.zip" "$out/old" 2>"$out/refused.txt" || fail "another version was taken"
  grep -q "2.7.1 for CUDA 12 is needed" "$out/refused.txt" || fail "the version that is needed is not named"
  say "PASSED: an archive is unpacked, another version refused"
}

command -v python3 >/dev/null && command -v cc >/dev/null && command -v nm >/dev/null || skip "python3, cc and nm are needed"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "PyPI has a CUDA build for Linux x86-64 alone"
! [ -e /dev/nvidiactl ] || skip "this machine has a GPU: run e2spark doctor on it"
mkdir -p "$out" .venv
out=$(cd "$out" && pwd -P)
archive
if [ ! -f "$natives/driver.sh" ]; then
  free=$(df -Pk .venv | awk 'NR == 2 { print int($4 / 1048576) }')
  [ "$free" -ge 12 ] || skip "libtorch for CUDA takes 8 GB while it is installed, $free GB are free"
  cluster-configs/gpu/natives.sh pip "$natives" || { rm -rf "$natives"; skip "torch 2.7.1 cannot be installed from PyPI"; }
fi
. "$natives/driver.sh"
stub "$PYTORCH_LIBRARY_PATH"
export LD_LIBRARY_PATH=$out/driver
spark-jobs/bin/e2spark doctor --store "$out/store" | tee "$out/doctor.txt"
grep -q "libtorch .*2.7.1 for CUDA loads" "$out/doctor.txt" || fail "the CUDA build was not loaded"
if [ $# -gt 1 ]; then
  spark-jobs/bin/e2spark train --preset quickstart/cnn --epochs 1 --data "$2" --out "$out/run" --master 'local[2]'
fi
say "PASSED: libtorch for CUDA"
