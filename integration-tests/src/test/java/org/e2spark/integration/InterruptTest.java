package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C during a training on a cluster of several processes. */
class InterruptTest {
  @TempDir Path directory;

  @Test
  void ctrlCLeavesNoProcessBehind() throws Exception {
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
            "1000");
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
      List<ProcessHandle> family = process.descendants().toList();
      assertThat(family).as("executors").hasSizeGreaterThanOrEqualTo(2);

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
      process.destroyForcibly();
    }
  }
}
