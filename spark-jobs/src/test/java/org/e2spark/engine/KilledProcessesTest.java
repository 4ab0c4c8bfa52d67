package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training on a standalone cluster whose executors and driver are killed at moments that nobody
 * chose: it ends in the bits of the undisturbed one.
 *
 * <p>{@code mvn -pl spark-jobs -am test -Dtest=KilledProcessesTest -De2spark.kills=20
 * -Dsurefire.failIfNoSpecifiedTests=false} kills more; {@code -De2spark.seed=...}, which a failure
 * tells, kills again as before.
 */
@ExtendWith(SparkExtension.class)
@Tag("writes-files")
class KilledProcessesTest {

  private static final int KILLS = Integer.getInteger("e2spark.kills", 3);
  private static final long SEED = Long.getLong("e2spark.seed", System.nanoTime());
  private static final int EVERY = 480;
  private static final int BATCH = 24;
  private static final int TRAIN = 240;
  private static final int EPOCHS = 30 + 12 * KILLS;

  @TempDir static Path folder;

  /** Trains on the cluster that it is told, once undisturbed and once as it comes. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      SparkSession spark =
          SparkSession.builder()
              .config(StandaloneCluster.application(arguments[0], 2))
              .getOrCreate();
      String shards = arguments[1];
      for (int i = 2; i < arguments.length; i++) {
        TrainListener listener = event -> System.out.println(line(event));
        TrainJob.run(
            spark,
            TestDigits.options(shards, "normalised", EPOCHS, BATCH),
            TestNetworks::normalised,
            run(arguments[i]),
            listener);
        System.out.println("finished " + arguments[i]);
      }
      spark.stop();
    }

    private static RunOptions run(String out) {
      return RunOptions.in(out)
          .withWorkers(2)
          .withMaxRestarts(1000)
          .withCheckpointEvery(EVERY)
          .withTimeouts(new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));
    }

    private static String line(TrainEvent event) {
      if (event instanceof TrainEvent.Started started) {
        return "started " + started.done();
      }
      if (event instanceof TrainEvent.Progressed progressed) {
        return "progressed " + progressed.samples();
      }
      return event instanceof TrainEvent.Restarted ? event.toString() : "an epoch ends";
    }
  }

  /** Kills executors while it reads what the driver says, and then a driver. */
  private static final class Killer implements Consumer<String> {
    private final Random random = new Random(SEED);
    private final StandaloneCluster cluster;
    private final List<String> heard = new ArrayList<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private int kills;
    private boolean armed;
    private boolean afterProgress;
    private long seen;
    private long lost;

    Killer(StandaloneCluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public synchronized void accept(String line) {
      hear(line);
      if (line.startsWith("started ")) {
        lost = Math.max(lost, seen - number(line));
        armed = true;
        afterProgress = random.nextInt(4) > 0;
        if (!afterProgress) {
          killWithin(1000);
        }
      } else if (line.startsWith("progressed ")) {
        seen = number(line);
        if (afterProgress) {
          killWithin(500);
        }
      }
    }

    private void hear(String line) {
      heard.add((System.nanoTime() - began) / 1_000_000 + " ms: " + line);
    }

    private static long number(String line) {
      return Long.parseLong(line.substring(line.indexOf(' ') + 1));
    }

    private void killWithin(int milliseconds) {
      if (armed && kills < KILLS) {
        armed = false;
        Executor later =
            CompletableFuture.delayedExecutor(random.nextInt(milliseconds), TimeUnit.MILLISECONDS);
        later.execute(this::kill);
      }
    }

    private synchronized void kill() {
      List<ProcessHandle> executors = cluster.executors();
      if (!executors.isEmpty()) {
        executors.get(random.nextInt(executors.size())).destroyForcibly();
        kills++;
        hear("killed an executor");
      }
      if (kills >= KILLS) {
        done.complete(null);
      }
    }
  }

  @Test
  void aTrainingEndsInTheSameBits(SparkSession spark) throws Exception {
    String shards = TestDigits.prepare(spark, folder, TRAIN, 30);
    String undisturbed = folder.resolve("undisturbed").toUri().toString();
    String disturbed = folder.resolve("disturbed").toUri().toString();
    try (StandaloneCluster cluster = new StandaloneCluster(folder, 2)) {
      Killer killer = new Killer(cluster);
      CompletableFuture<Void> calm = new CompletableFuture<>();
      Consumer<String> lines =
          line -> {
            if (line.equals("finished " + undisturbed)) {
              calm.complete(null);
            }
            if (calm.isDone()) {
              killer.accept(line);
            }
          };
      try (ChildJvm driver = drive(lines, cluster.master(), shards, undisturbed, disturbed)) {
        CompletableFuture.anyOf(killer.done, driver.exited()).get(600, TimeUnit.SECONDS);
        driver.kill();
      }
      try (ChildJvm driver = drive(lines, cluster.master(), shards, disturbed)) {
        assertThat(driver.exit(120)).as(told(killer)).isZero();
      }
      assertThat(killer.kills).as(told(killer)).isEqualTo(KILLS);
      assertThat(killer.lost).as(told(killer)).isLessThanOrEqualTo(2L * EVERY + BATCH);
    }
    assertThat(weights("disturbed")).isEqualTo(weights("undisturbed"));
  }

  private static String told(Killer killer) {
    synchronized (killer) {
      return "-De2spark.seed=" + SEED + "\n" + String.join("\n", killer.heard);
    }
  }

  private static ChildJvm drive(Consumer<String> lines, String... arguments) {
    return ChildJvm.start(
        Program.class, Map.of(), folder.resolve("driver.log"), lines, List.of(), arguments);
  }

  private static byte[] weights(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name).resolve("model/weights.safetensors"));
  }
}
