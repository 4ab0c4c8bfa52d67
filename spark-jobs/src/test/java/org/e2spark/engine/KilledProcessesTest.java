package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.LocalSteps;
import org.e2spark.train.Span;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A training on a standalone cluster, in both modes, of which first a machine is taken away as
 * announced, and then executors and the driver are killed at moments that nobody chose: it ends in
 * the bits of the undisturbed one. In averaging mode executors also come and go with the tasks that
 * wait, and some stand still, until Spark has run another task for the same work.
 *
 * <p>{@code mvn -pl spark-jobs -am test -Dtest=KilledProcessesTest -De2spark.kills=20
 * -Dsurefire.failIfNoSpecifiedTests=false} kills more; {@code -De2spark.seed=...}, which a failure
 * tells, kills again as before.
 */
@ExtendWith(SparkExtension.class)
class KilledProcessesTest {

  private static final String LOG = "driver.log";
  private static final int KILLS = Integer.getInteger("e2spark.kills", 1);
  private static final long SEED = Long.getLong("e2spark.seed", System.nanoTime());
  private static final int EVERY = 480;
  private static final int BATCH = 24;
  private static final int TRAIN = 240;
  private static final int EPOCHS = 30 + 12 * KILLS;

  @TempDir static Path folder;
  private static String shards;
  private static StandaloneCluster cluster;

  /** Trains on the cluster that it is told, once undisturbed and once as it comes. */
  static final class Program {

    /** Executors that come when tasks wait, and second tasks for what takes longer. */
    private static final Map<String, String> COME_AND_GO =
        Map.of(
            "spark.dynamicAllocation.enabled", "true",
            "spark.dynamicAllocation.shuffleTracking.enabled", "true",
            "spark.dynamicAllocation.executorIdleTimeout", "2s",
            "spark.dynamicAllocation.shuffleTracking.timeout", "2s",
            "spark.speculation", "true",
            "spark.speculation.interval", "50ms",
            "spark.speculation.minTaskRuntime", "0ms",
            "spark.speculation.multiplier", "1.01",
            "spark.speculation.quantile", "0.4");

    private Program() {}

    public static void main(String[] arguments) {
      Mode mode = Mode.valueOf(arguments[2]);
      SparkConf conf = StandaloneCluster.application(arguments[0], 2);
      if (mode == Mode.AVERAGING) {
        COME_AND_GO.forEach(conf::set);
      }
      SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
      TrainOptions options = options(arguments[1], mode, Integer.parseInt(arguments[3]));
      for (int i = 4; i < arguments.length; i++) {
        TrainListener listener = event -> System.out.println(line(event));
        TrainJob.run(
            spark,
            options,
            i > 4 && mode == Mode.AVERAGING ? Stalled::create : TestNetworks::normalized,
            run(arguments[i], mode),
            listener);
        System.out.println("finished " + arguments[i]);
      }
      spark.stop();
    }

    private static TrainOptions options(String shards, Mode mode, int epochs) {
      TrainOptions options = TestDigits.options(shards, "normalised", epochs, BATCH);
      return mode == Mode.AVERAGING
          ? options.toBuilder().localSteps(LocalSteps.every(Span.epochs(2))).build()
          : options;
    }

    private static RunOptions run(String out, Mode mode) {
      return RunOptions.in(out)
          .withMode(mode)
          .withWorkers(2)
          .withMaxRestarts(1000)
          .withCheckpointEvery(CheckpointInterval.samples(EVERY))
          .withPatience(Duration.ofSeconds(60))
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

  /**
   * Stands still in the first pass of rank 1 in an executor, unless it is the second task for that:
   * only another task for the same work lets the round end.
   */
  private static final class Stalled extends SequentialBlock {
    private static final AtomicBoolean STALLS = new AtomicBoolean(true);

    private Stalled(SequentialBlock inner) {
      inner.getChildren().values().forEach(this::add);
    }

    static Block create(int channels, int classes) {
      return new Stalled((SequentialBlock) TestNetworks.normalized(channels, classes));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      TaskContext task = TaskContext.get();
      if (task.partitionId() == 1 && task.attemptNumber() == 0 && STALLS.getAndSet(false)) {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          throw new IllegalStateException("interrupted", e);
        }
      }
      return super.forwardInternal(store, inputs, training, params);
    }
  }

  /** Kills executors while it reads what the driver says, and then a driver. */
  private static final class Killer implements Consumer<String> {
    private final Random random = new Random(SEED);
    private final List<String> heard = new ArrayList<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private int kills;
    private long announced;
    private long atLeave;
    private boolean armed;
    private boolean afterProgress;
    private long seen;
    private long lost;

    Killer(Mode mode) {
      // Spark itself brings no more tasks of a round to an executor that leaves.
      announced = mode == Mode.ALL_REDUCE ? -1 : 0;
      atLeave = announced;
    }

    @Override
    public synchronized void accept(String line) {
      hear(line);
      if (line.startsWith("started ")) {
        if (announced >= 0 && atLeave < 0 && number(line) > 0) {
          atLeave = number(line);
        }
        lost = Math.max(lost, seen - number(line));
        armed = true;
        afterProgress = random.nextInt(4) > 0;
        if (!afterProgress && atLeave >= 0) {
          killWithin(1000);
        }
      } else if (line.startsWith("progressed ")) {
        seen = number(line);
        if (announced < 0) {
          decommission();
        } else if (afterProgress && atLeave >= 0) {
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

    private void decommission() {
      announced = seen;
      cluster.workers().stream()
          .filter(worker -> !worker.children().isEmpty())
          .findFirst()
          .ifPresent(worker -> worker.signal("PWR"));
      hear("told a worker to leave");
    }

    private synchronized void kill() {
      List<ProcessHandle> executors = cluster.executors();
      if (!executors.isEmpty() && kills < KILLS) {
        executors.get(random.nextInt(executors.size())).destroyForcibly();
        kills++;
        hear("killed an executor");
      }
      // What was killed may have had no task, or one that Spark tries again: no attempt begins.
      armed = true;
      afterProgress = true;
      if (kills >= KILLS) {
        done.complete(null);
      }
    }
  }

  @BeforeAll
  static void start(SparkSession spark) throws Exception {
    shards = TestDigits.prepare(spark, folder, TRAIN, 30);
    cluster = new StandaloneCluster(folder, 3, "-Dspark.decommission.enabled=true");
    assertThat(cluster.startedSooner()).isTrue();
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"ALL_REDUCE", "AVERAGING"})
  void aTrainingEndsInTheSameBits(Mode mode) throws Exception {
    String undisturbed = folder.resolve("undisturbed-" + mode).toUri().toString();
    String disturbed = folder.resolve("disturbed-" + mode).toUri().toString();
    Killer killer = new Killer(mode);
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
    try (ChildJvm driver = drive(lines, mode, undisturbed, disturbed)) {
      driver.awaitUnlessSilent(CompletableFuture.anyOf(killer.done, driver.exited()), 120);
      assertThat(driver.exited()).as(told(killer)).isNotDone();
      driver.kill();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + told(killer), e);
    }
    try (ChildJvm driver = drive(lines, mode, disturbed)) {
      int code = driver.exitUnlessSilent(120);
      assertThat(code).as(told(killer) + "\n" + lastLog()).isZero();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + told(killer), e);
    }
    assertThat(killer.atLeave).as(told(killer)).isGreaterThanOrEqualTo(killer.announced);
    assertThat(killer.kills).as(told(killer)).isEqualTo(KILLS);
    assertThat(killer.lost).as(told(killer)).isLessThanOrEqualTo(2L * EVERY + BATCH);
    if (mode == Mode.ALL_REDUCE) {
      assertThat(told(killer)).contains("since its executor is decommissioned");
    }
    assertThat(weights(disturbed)).as(told(killer)).isEqualTo(weights(undisturbed));
  }

  private static String told(Killer killer) {
    synchronized (killer) {
      return "-De2spark.seed=" + SEED + "\n" + String.join("\n", killer.heard);
    }
  }

  private static String lastLog() throws IOException {
    List<String> log = Files.readAllLines(folder.resolve(LOG));
    return String.join("\n", log.subList(Math.max(0, log.size() - 40), log.size()));
  }

  private static ChildJvm drive(Consumer<String> lines, Mode mode, String... runs) {
    List<String> arguments =
        new ArrayList<>(List.of(cluster.master(), shards, mode.name(), Integer.toString(EPOCHS)));
    arguments.addAll(List.of(runs));
    return ChildJvm.start(
        Program.class,
        Map.of(),
        folder.resolve(LOG),
        lines,
        List.of(),
        arguments.toArray(new String[0]));
  }

  private static byte[] weights(String run) throws IOException {
    return Files.readAllBytes(Path.of(URI.create(run)).resolve("model/weights.safetensors"));
  }
}
