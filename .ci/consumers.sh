#!/usr/bin/env bash
# Deploys what a release has into a repository of its own, and builds the projects of consumers/ against it, as their users would. consumers.sh OUT
# Nothing of ours goes into the machine's local repository; what others have made is taken from there where it is.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "$1"
out=$(cd "$1" && pwd -P)
repository=file://$out/repository
version=0.1.0-SNAPSHOT

say() {
  printf '.ci/consumers.sh: %s (%d s)\n' "$1" "$SECONDS"
}

# Links to the files of the machine's local repository, without ours.
local_repository() {
  local machine=$HOME/.m2/repository
  rm -rf "$out/m2"
  mkdir -p "$out/m2"
  [ ! -d "$machine" ] || cp -al "$machine/." "$out/m2/" 2>/dev/null || cp -a "$machine/." "$out/m2/"
  rm -rf "$out/m2/org/e2spark"
}

# The newest file of an artifact in the repository: deployed ARTIFACT SUFFIX
deployed() {
  local file
  file=$(find "$out/repository/org/e2spark/$1/$version" -name "$1-*$2" | sort | tail -n 1)
  [ -n "$file" ] || { say "FAILED: $1 has no $2"; exit 1; }
  echo "$file"
}

consumer() {
  mvn -q -B -ntp -Dstyle.color=never -f "$1/pom.xml" "-De2spark.repository=$repository" "-Dmaven.repo.local=$out/m2" \
    compile exec:java
}

mvn -q -B -ntp -Prelease -Dmaven.test.skip=true -Dmaven.install.skip=true "-DaltDeploymentRepository=e2spark::$repository" \
  -pl .,equivariant-lib,data-pipeline,spark-jobs,spark-artifact deploy
for artifact in equivariant-lib data-pipeline spark-jobs e2spark-spark_2.13; do
  for suffix in .pom .jar -sources.jar -javadoc.jar; do deployed "$artifact" "$suffix" >/dev/null; done
done
deployed e2spark-spark_2.13 -cyclonedx.json >/dev/null

# Whether a jar has files: holds ARTIFACT SUFFIX FILE...
holds() {
  local jar file
  jar=$(deployed "$1" "$2")
  shift 2
  jar -t -f "$jar" >"$out/files.txt"
  for file in "$@"; do
    grep -qxF "$file" "$out/files.txt" || { say "FAILED: $jar has no $file"; exit 1; }
  done
}
classes=(org/e2spark/nn/convolution/R2Conv org/e2spark/data/prepare/MnistSample org/e2spark/ml/EquivariantClassifier)
holds e2spark-spark_2.13 '[0-9].jar' META-INF/LICENSE META-INF/NOTICE META-INF/licenses/libtorch.txt META-INF/sbom/e2spark.cdx.json "${classes[@]/%/.class}"
holds e2spark-spark_2.13 -sources.jar "${classes[@]/%/.java}"
holds e2spark-spark_2.13 -javadoc.jar "${classes[@]/%/.html}"
say "PASSED: jars, sources, Javadoc and the bill of materials are deployed"

local_repository
consumer consumers/maven-library | tee "$out/library.txt"
grep -q 'difference ' "$out/library.txt"
say "PASSED: consumers/maven-library"
consumer consumers/maven-spark >"$out/spark.txt"
grep -q 'preset: ' "$out/spark.txt"
# The one jar, and no dependency of it.
mvn -q -B -ntp -Dstyle.color=never -f consumers/maven-spark/pom.xml "-De2spark.repository=$repository" "-Dmaven.repo.local=$out/m2" \
  dependency:build-classpath -DincludeScope=runtime "-Dmdep.outputFile=$out/classpath.txt"
[ "$(tr ':' '\n' <"$out/classpath.txt" | grep -c .)" = 1 ] || { cat "$out/classpath.txt"; exit 1; }
say "PASSED: consumers/maven-spark"

# Debian's Gradle is old; newer ones read the same file.
rm -rf "$out/consumers"
cp -r consumers "$out/"
if command -v gradle >/dev/null || apt-get install -qq --no-install-recommends gradle >/dev/null; then
  gradle --no-daemon -q -p "$out/consumers/gradle-library" -g "$out/gradle" "-De2spark.repository=$repository" run | tee "$out/gradle.txt"
  grep -q 'difference ' "$out/gradle.txt"
  say "PASSED: consumers/gradle-library"
else
  say "SKIPPED: consumers/gradle-library: Gradle cannot be installed"
fi

mvn -q -B -ntp dependency:copy -Dartifact=org.scala-sbt:sbt-launch:1.10.7 "-DoutputDirectory=$out" || { say "SKIPPED: sbt cannot be had"; exit 0; }
(cd "$out/consumers/sbt-spark" && java -Xmx1g "-De2spark.repository=$repository" -Dsbt.log.noformat=true "-Dsbt.global.base=$out/sbt" "-Dsbt.boot.directory=$out/sbt/boot" \
  "-Dsbt.ivy.home=$out/sbt/ivy" -Dsbt.server.autostart=false -jar "$out/sbt-launch-1.10.7.jar" compile <"/dev/null")
say "PASSED: consumers/sbt-spark"
