#!/usr/bin/env bash
# Puts the CUDA build of libtorch, which no jar of ours holds, into a folder of this machine, and writes beside it what executors must be told.
#
#   natives.sh pip FOLDER [PIP...]    from PyPI (2.8 GB to fetch, 5 GB on disk); PIP is python3 -m pip unless given
#   natives.sh archive ZIP FOLDER     from PyTorch's own libtorch-shared-with-deps-2.7.1+cu128.zip, where there is no Python
#
# FOLDER/executor.conf belongs in the file of Spark's settings, FOLDER/driver.sh into the shell that submits.
set -euo pipefail

version=2.7.1
# The name under which DJL has what binds Java to builds for CUDA 12; it fits PyPI's build for 12.6 too.
flavor=cu128

die() {
  echo "natives.sh: $1" >&2
  exit 2
}

from_pip() {
  local folder=$1
  shift
  [ $# -gt 0 ] || set -- python3 -m pip
  "$@" install --quiet --upgrade --target "$folder" "torch==$version"
  libraries=$folder/torch/lib
}

from_archive() {
  [ -f "$1" ] || die "There is no $1"
  unzip -q -o "$1" -d "$2"
  libraries=$2/libtorch/lib
  local found
  found=$(cat "$2/libtorch/build-version") || die "$1 is no libtorch: it has no libtorch/build-version"
  case $found in "$version"+cu12*) ;; *) die "$1 has libtorch $found, where $version for CUDA 12 is needed" ;; esac
}

write_settings() {
  [ -f "$libraries/libtorch_cuda.so" ] || die "$libraries has no libtorch_cuda.so: it is a build for the CPU"
  local setting
  for setting in "PYTORCH_LIBRARY_PATH $libraries" "PYTORCH_VERSION $version" "PYTORCH_FLAVOR $flavor"; do
    echo "spark.executorEnv.$setting" >&3
    echo "export ${setting/ /=}" >&4
  done 3>"$1/executor.conf" 4>"$1/driver.sh"
  echo "natives.sh: $1/executor.conf and $1/driver.sh say where libtorch $version is"
}

case ${1:-} in
  pip) [ $# -ge 2 ] || die "pip needs a folder" ;;
  archive) [ $# = 3 ] || die "archive needs a zip and a folder" ;;
  *) die "natives.sh pip FOLDER [PIP...], or natives.sh archive ZIP FOLDER" ;;
esac
if [ "$1" = pip ]; then
  folder=$2
  shift 2
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd -P)
  from_pip "$folder" "$@"
else
  mkdir -p "$3"
  folder=$(cd "$3" && pwd -P)
  from_archive "$2" "$folder"
fi
write_settings "$folder"
