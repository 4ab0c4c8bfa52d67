#!/usr/bin/env bash
# Trains with data and run in an S3-compatible server, killed in the middle and begun again, to the bits of a run on this disk: Hadoop's own
# client of S3 with the modules of Amazon's SDK that it needs, and S3Proxy, which keeps its objects in memory. s3.sh SPARK_HOME JAR SHARDS OUT
set -euo pipefail
cd "$(dirname "$0")/.."
home=$1 jar=$PWD/$2 shards=$3
mkdir -p "$4"
out=$(cd "$4" && pwd -P)

say() {
  printf '.ci/s3.sh: %s (%d s)\n' "$1" "$SECONDS"
}

for scope in runtime test; do
  mvn -q -B -ntp -f .ci/s3/pom.xml dependency:copy-dependencies -DincludeScope=$scope -DoutputDirectory="$out/$scope" ||
    { say "SKIPPED: Hadoop's client of S3, or a server, cannot be fetched"; exit 0; }
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
server=http://127.0.0.1:$port
cat >"$out/server.properties" <<END
s3proxy.endpoint=$server
s3proxy.authorization=none
jclouds.provider=transient
jclouds.identity=nobody
jclouds.credential=nothing
END
java -cp "$out/test/*" org.gaul.s3proxy.Main --properties "$out/server.properties" >"$out/server.txt" 2>&1 &
proxy=$!
trap 'kill $proxy' EXIT
until curl -s -f -X PUT "$server/bucket" >/dev/null; do
  kill -0 $proxy 2>/dev/null || { cat "$out/server.txt"; exit 1; }
  sleep 0.2
done
(cd "$shards" && find . -type f ! -name '.*' | sed 's|^\./||' | while read -r file; do
  curl -s -f -T "$file" "$server/bucket/shards/$file" >/dev/null
done)

# As Hadoop 3.4.1 knows the SDK, which has since come to send checksums that it does not expect.
checksums="-Daws.requestChecksumCalculation=when_required -Daws.responseChecksumValidation=when_required"
client=$(printf '%s,' "$out"/runtime/*.jar)
train() {
  exec "$home/bin/spark-submit" --master 'local[2]' --driver-java-options "$checksums" --jars "${client%,}" \
    --conf spark.hadoop.fs.s3a.endpoint="$server" --conf spark.hadoop.fs.s3a.endpoint.region=us-east-1 \
    --conf spark.hadoop.fs.s3a.path.style.access=true \
    --conf spark.hadoop.fs.s3a.aws.credentials.provider=org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider \
    --conf spark.hadoop.e2spark.shard.cache.dir="$out/cache" \
    --class org.e2spark.cli.Main "$jar" train --preset quickstart/cnn --split test --epochs 4 --workers 2 --checkpoint-every 256samples "$@"
}

(train --data "$shards" --out "$out/local") >"$out/local.txt" 2>&1 || { tail -n 30 "$out/local.txt"; exit 1; }
(train --data s3a://bucket/shards --out s3a://bucket/run) >"$out/killed.txt" 2>&1 &
driver=$!
until curl -s "$server/bucket?prefix=run/checkpoints/" | grep -q manifest; do
  kill -0 $driver 2>/dev/null || { tail -n 30 "$out/killed.txt"; exit 1; }
  sleep 0.5
done
kill -KILL $driver
wait $driver 2>/dev/null || true
if curl -s -f -o /dev/null "$server/bucket/run/model/manifest.json"; then
  say "the training had ended before it was killed"
fi
(train --data s3a://bucket/shards --out s3a://bucket/run) >"$out/again.txt" 2>&1 || { tail -n 30 "$out/again.txt"; exit 1; }
grep -q 'goes on after' "$out/again.txt"
curl -s -f -o "$out/weights.safetensors" "$server/bucket/run/model/weights.safetensors"
cmp "$out/weights.safetensors" "$out/local/model/weights.safetensors"
say "PASSED: data, run and model in S3Proxy by Hadoop's S3A, killed and begun again, in the bits of a local run"
