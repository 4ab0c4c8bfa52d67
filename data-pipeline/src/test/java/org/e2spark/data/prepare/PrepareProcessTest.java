package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ManifestException;
import org.e2spark.data.shard.OutputConflictException;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Preparation in a JVM of its own: any number of tasks writes the same bytes, in any locale, and
 * kills are safe.
 */
@ExtendWith(SparkExtension.class)
class PrepareProcessTest {
  @TempDir Path dir;

  @Test
  void anyNumberOfTasksWritesTheSameBytesAndAKilledJobResumes(SparkSession spark)
      throws IOException, InterruptedException {
    assertThat(prepareAndBeKilled("one=local[1]", "eight=local[8]", "killed=local[1]"))
        .isEqualTo(137);
    SortedMap<String, Integer> expected = files(dir.resolve("one"));
    assertThat(expected).hasSizeGreaterThan(15).containsKey("manifest.json");
    assertThat(files(dir.resolve("eight"))).isEqualTo(expected);

    PrepareJob.run(
        spark,
        MnistSample.extract(dir.resolve("raw")),
        new org.apache.hadoop.fs.Path(dir.resolve("two").toUri()),
        PrepareMain.options());
    assertThat(spark.sparkContext().master()).isEqualTo("local[2]");
    assertThat(files(dir.resolve("two"))).isEqualTo(expected);

    Path killed = dir.resolve("killed");
    var output = new org.apache.hadoop.fs.Path(killed.toUri());
    assertThat(PrepareMain.finished(killed))
        .isBetween((long) PrepareMain.KILLED_AT, expected.size() - 2L);
    assertThatThrownBy(() -> ShardDataset.open(output, "train", new Configuration()))
        .isInstanceOf(ManifestException.class);
    var source = MnistSample.extract(dir.resolve("raw"));
    PrepareOptions other = PrepareOptions.builder().seed(8).build();
    assertThatThrownBy(() -> PrepareJob.run(spark, source, output, other))
        .isInstanceOf(OutputConflictException.class)
        .hasMessageContaining("interrupted preparation of another job")
        .hasMessageContaining("seed: 7, not 8");

    PrepareReport report = PrepareJob.run(spark, source, output, PrepareMain.options());
    assertThat(report.reused()).isGreaterThanOrEqualTo(4);
    assertThat(report.reused() + report.written()).isEqualTo(expected.size() - 1);
    assertThat(files(killed)).isEqualTo(expected);
  }

  private int prepareAndBeKilled(String... runs) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.matches("(--|-D|-XX:).*"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            PrepareMain.class.getName(),
            dir.toString()));
    command.addAll(List.of(runs));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("prepare.log").toFile())
        .start()
        .waitFor();
  }

  static SortedMap<String, Integer> files(Path directory) throws IOException {
    SortedMap<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        contents.put(
            directory.relativize(file).toString(),
            java.util.Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}
