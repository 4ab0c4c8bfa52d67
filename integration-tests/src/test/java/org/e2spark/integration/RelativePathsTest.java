package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.e2spark.data.prepare.MnistSample;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Paths relative to the driver's working directory, on executors that have another one, and with
 * the serialiser that refuses whatever was not registered.
 */
@Order(1)
class RelativePathsTest {

  @TempDir Path directory;

  private String relative(String name) {
    return Path.of("").toAbsolutePath().relativize(directory.resolve(name)).toString();
  }

  private static void run(String... arguments) {
    Tool.Run run = tool(arguments);
    assertThat(run.exit()).as(run.all()).isZero();
  }

  private static Tool.Run tool(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    boolean driverAlone = List.of("report", "export", "explain").contains(arguments[0]);
    all.addAll(
        List.of(
            "--master",
            driverAlone ? "local[1]" : "local-cluster[2,2,1024]",
            "--conf",
            "spark.serializer=org.apache.spark.serializer.KryoSerializer",
            "--conf",
            "spark.kryo.registrationRequired=true"));
    return Tool.run(all.toArray(String[]::new));
  }

  /** A cluster whose machines say that they have a GPU; tasks of most stages take a part of it. */
  private List<String> fakeGpus(String part) throws IOException {
    Path script = directory.resolve("gpus.sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    List<String> options = new ArrayList<>();
    for (String setting :
        List.of(
            "spark.worker.resource.gpu.amount=1",
            "spark.worker.resource.gpu.discoveryScript=" + script,
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=" + part)) {
      options.addAll(List.of("--conf", setting));
    }
    return options;
  }

  @Test
  void prepareTrainAndEvaluateOnACluster() throws IOException {
    MnistSample.extract(directory.resolve("raw"));
    run("prepare", "idx", "--from", relative("raw"), "--out", relative("shards"));
    List<String> train =
        new ArrayList<>(
            List.of(
                "train",
                "--preset",
                "quickstart/cnn",
                "--epochs",
                "1",
                "--mode",
                "all-reduce",
                "--data",
                relative("shards"),
                "--out",
                relative("run"),
                "--allow-cpu"));
    train.addAll(fakeGpus("0.5"));
    run(train.toArray(String[]::new));
    assertThat(directory.resolve("run/run.json"))
        .content()
        .containsPattern("\"taskResources\"\\s*:\\s*\"1 gpu, cores: 2\"")
        .containsPattern("\"workers\"\\s*:\\s*\"2\"")
        .containsPattern("\"threadsPerWorker\"\\s*:\\s*\"2\"");
    List<String> onGpus =
        new ArrayList<>(List.of("evaluate", relative("run"), "--data", relative("shards")));
    onGpus.addAll(fakeGpus("1"));
    Tool.Run refused = tool(onGpus.toArray(String[]::new));
    assertThat(refused.exit()).as(refused.all()).isEqualTo(2);
    assertThat(refused.all()).contains("gave this task gpu 0, but libtorch sees no GPU");
    onGpus.add("--allow-cpu");
    run(onGpus.toArray(String[]::new));
    run(
        "extract",
        relative("run"),
        "--from",
        relative("shards"),
        "--to",
        relative("features"),
        "--conf", // what Spark's own writing of Parquet sends without having registered it
        "spark.kryo.classesToRegister=org.apache.spark.sql.types.ArrayType,org.apache.spark.sql.types.FloatType$,org.apache.spark.sql.catalyst.expressions.GenericInternalRow");
    assertThat(directory.resolve("features/_extraction.json"))
        .content()
        .contains("\"finished\" : true");
    run("report", relative("run"), "--out", relative("report.html"));
    assertThat(directory.resolve("report.html")).content().contains("quickstart/cnn");
    assertThat(Files.exists(directory.resolve("run/model/manifest.json"))).isTrue();
    run("export", relative("run"), "--format", "onnx", "--out", relative("run.onnx"));
    assertThat(directory.resolve("run.onnx")).isNotEmptyFile();
    var image = new BufferedImage(29, 29, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(image, "png", directory.resolve("dark.png").toFile());
    run("explain", relative("run"), "--image", relative("dark.png"), "--out", relative("seen"));
    assertThat(directory.resolve("seen/index.html")).content().contains("At every angle");
  }
}
