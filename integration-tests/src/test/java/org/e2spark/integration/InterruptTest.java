package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.data.task.ClassArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C during a training on a cluster of several processes, which its metrics show. */
class InterruptTest {
  private static final String PREFIX =
      "metrics_e2spark_driver_plugin_org_e2spark_engine_MetricsPlugin_";

  @TempDir Path directory;

  @Test
  void ctrlCLeavesNoProcessBehind() throws Exception {
    int port = freePort();
    Process process =
        Tool.start(
            Map.of(),
            "train",
            "--master",
            "local-cluster[2,1,2048]",
            "--workers",
            "2",
            "--preset",
            "quickstart/c8",
            "--data",
            Digits.shards().toString(),
            "--out",
            directory.resolve("run").toString(),
            "--epochs",
            "1000",
            "--conf",
            "spark.ui.port=" + port,
            "--conf",
            "spark.plugins=org.e2spark.engine.MetricsPlugin",
            "--conf",
            "spark.metrics.namespace=e2spark",
            "--conf",
            "spark.metrics.conf.driver.sink.prometheusServlet.class="
                + "org.apache.spark.metrics.sink.PrometheusServlet",
            "--conf",
            "spark.metrics.conf.driver.sink.prometheusServlet.path=/metrics/prometheus");
    try {
      CountDownLatch training = new CountDownLatch(1);
      var output = Tool.read(process.getInputStream(), line -> {});
      var errors =
          Tool.read(
              process.getErrorStream(),
              line -> {
                if (Tool.isProgress(line)) {
                  training.countDown();
                }
              });
      assertThat(training.await(3, TimeUnit.MINUTES)).as("training has begun").isTrue();
      String metrics = metrics(port);
      assertThat(gauge(metrics, "samples")).isPositive();
      assertThat(gauge(metrics, "loss")).isPositive();
      assertThat(gauge(metrics, "accuracy")).isBetween(0.0, 1.0);
      for (String later : List.of("imagesPerSecond", "dataShare", "computeShare", "restarts")) {
        assertThat(metrics).contains("MetricsPlugin_" + later + "_Value");
      }
      List<ProcessHandle> family = process.descendants().toList();
      assertThat(family).as("executors").hasSizeGreaterThanOrEqualTo(2);
      for (ProcessHandle executor : family) {
        assertThat(Files.readString(Path.of("/proc/" + executor.pid() + "/environ")))
            .contains("OMP_WAIT_POLICY=PASSIVE");
      }
      assertThat(family).as("start sooner").allMatch(ClassArchive::isUsedBy);
      assertThat(process.toHandle()).as("starts sooner").matches(ClassArchive::isUsedBy);

      // setsid made the tool the leader of a group, as a terminal does with its foreground job.
      new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).inheritIO().start().waitFor();

      CompletableFuture.allOf(
              family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(30, TimeUnit.SECONDS);
      assertThat(family).noneMatch(ProcessHandle::isAlive);
      assertThat(process.waitFor()).isNotZero();
      CompletableFuture.allOf(output, errors).join();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.toHandle().destroyForcibly();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** As Prometheus reads it from the driver. */
  private static String metrics(int port) throws IOException, InterruptedException {
    URI address = URI.create("http://localhost:" + port + "/metrics/prometheus/");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
        .body();
  }

  private static double gauge(String metrics, String name) {
    Matcher gauge =
        Pattern.compile("(?m)^" + PREFIX + name + "_Value\\{[^}]*} (\\S+)").matcher(metrics);
    assertThat(gauge.find()).as(metrics).isTrue();
    return Double.parseDouble(gauge.group(1));
  }
}
