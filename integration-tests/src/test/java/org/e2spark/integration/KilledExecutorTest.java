package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are killed while they train: the training goes on by itself, to the same bits. */
class KilledExecutorTest {

  /** How often an executor is killed; more of it by {@code -De2spark.kills=20}. */
  private static final int KILLS = Integer.getInteger("e2spark.kills", 2);

  @TempDir Path directory;

  private Tool.Run train(String out, Tool.Watcher watcher) {
    return Tool.run(
        Map.of(),
        watcher,
        "train",
        "--master",
        "local-cluster[2,1,1024]",
        "--preset",
        "quickstart/cnn",
        "--data",
        Quickstart.get().shards().toString(),
        "--out",
        directory.resolve(out).toString(),
        "--epochs",
        "2",
        "--checkpoint-every",
        "512",
        "--max-restarts",
        Integer.toString(KILLS));
  }

  /** Kills an executor at a line of progress, once for each attempt. */
  private static final class Killer implements Tool.Watcher {
    private final AtomicInteger killed = new AtomicInteger();
    private Optional<ProcessHandle> last = Optional.empty();

    @Override
    public Consumer<String> watch(Process process) {
      return line -> {
        if (line.contains("loss")
            && killed.get() < KILLS
            && last.map(p -> !p.isAlive()).orElse(true)) {
          executors(process).stream()
              .findFirst()
              .ifPresent(
                  executor -> {
                    last = Optional.of(executor);
                    killed.incrementAndGet();
                    executor.destroyForcibly();
                  });
        }
      };
    }

    private static List<ProcessHandle> executors(Process process) {
      return process
          .descendants()
          .filter(
              child ->
                  child
                      .info()
                      .commandLine()
                      .filter(command -> command.contains("CoarseGrainedExecutorBackend"))
                      .isPresent())
          .toList();
    }
  }

  @Test
  void theTrainingGoesOnToTheSameBits() throws IOException {
    Tool.Run undisturbed = train("undisturbed", process -> line -> {});
    assertThat(undisturbed.exit()).as(undisturbed.all()).isZero();
    Killer killer = new Killer();
    Tool.Run disturbed = train("disturbed", killer);
    assertThat(disturbed.exit()).as(disturbed.all()).isZero();
    assertThat(killer.killed.get()).as(disturbed.all()).isEqualTo(KILLS);
    assertThat(disturbed.all()).contains("Attempt 1 failed, and another begins");
    assertThat(weights("disturbed")).isEqualTo(weights("undisturbed"));
  }

  private byte[] weights(String out) throws IOException {
    return Files.readAllBytes(directory.resolve(out).resolve("model/weights.safetensors"));
  }
}
