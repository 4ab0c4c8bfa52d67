package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.e2spark.data.prepare.MnistSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Paths relative to the driver's working directory, on executors that have another one, and with
 * the serialiser that refuses whatever was not registered.
 */
class RelativePathsTest {

  @TempDir Path directory;

  private String relative(String name) {
    return Path.of("").toAbsolutePath().relativize(directory.resolve(name)).toString();
  }

  private static void run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--master",
            "local-cluster[2,1,1024]",
            "--conf",
            "spark.serializer=org.apache.spark.serializer.KryoSerializer",
            "--conf",
            "spark.kryo.registrationRequired=true"));
    Tool.Run run = Tool.run(Map.of(), process -> line -> {}, all.toArray(String[]::new));
    assertThat(run.exit()).as(run.all()).isZero();
  }

  @Test
  void prepareTrainAndEvaluateOnACluster() throws IOException {
    MnistSample.extract(directory.resolve("raw"));
    run("prepare", "idx", "--from", relative("raw"), "--out", relative("shards"));
    run(
        "train",
        "--preset",
        "quickstart/cnn",
        "--epochs",
        "1",
        "--data",
        relative("shards"),
        "--out",
        relative("run"));
    run("evaluate", relative("run"), "--data", relative("shards"));
    run("report", relative("run"), "--out", relative("report.html"));
    assertThat(directory.resolve("report.html")).content().contains("quickstart/cnn");
    assertThat(Files.exists(directory.resolve("run/model/manifest.json"))).isTrue();
    run("export", relative("run"), "--format", "onnx", "--out", relative("run.onnx"));
    assertThat(directory.resolve("run.onnx")).isNotEmptyFile();
  }
}
