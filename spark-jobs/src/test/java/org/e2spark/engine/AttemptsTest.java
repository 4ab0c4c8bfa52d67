package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.nn.Block;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.Replica;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.e2spark.train.TrainingException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings that fail, are stopped, or meet another. */
@ExtendWith(SparkExtension.class)
class AttemptsTest {

  @TempDir static Path folder;
  private static String shards;
  private static byte[] undisturbed;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 240, 60);
    TrainJob.run(
        spark, options(), TestNetworks::normalized, run("undisturbed", 2), TrainListener.NONE);
    undisturbed = weights("undisturbed");
  }

  private static TrainOptions options() {
    return TestDigits.options(shards, "normalised", 3, 24);
  }

  private static String out(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static RunOptions run(String name, int workers) {
    return RunOptions.in(out(name))
        .withWorkers(workers)
        .withMaxRestarts(2)
        .withCheckpointEvery(CheckpointInterval.samples(48))
        .withPatience(Duration.ofSeconds(20))
        .withTimeouts(new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  private static byte[] weights(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name).resolve("model/weights.safetensors"));
  }

  @Test
  void aPassingFailureIsTriedAgainAndEndsInTheSameBits(SparkSession spark) throws IOException {
    Trap.fail(25, new UncheckedIOException(new IOException("The disk is full")));
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    TrainJob.run(spark, options(), Trap::create, run("again", 2), heard::add);
    assertThat(heard)
        .filteredOn(TrainEvent.Restarted.class::isInstance)
        .singleElement()
        .asString()
        .contains("The disk is full")
        .contains("attempt=1");
    assertThat(weights("again")).isEqualTo(undisturbed);
  }

  @Test
  void checkpointsCanBeATimeApart(SparkSession spark) throws IOException {
    RunOptions often =
        run("often", 2).withCheckpointEvery(CheckpointInterval.time(Duration.ofMillis(1)));
    // Workers ask each other after steps 1, 3, 7, ...; it fails in the ninth.
    Trap.fail(16, new UncheckedIOException(new IOException("The disk is full")));
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    TrainJob.run(spark, options(), Trap::create, often, heard::add);
    assertThat(heard).contains(new TrainEvent.Started(720, 7 * 24));
    assertThat(weights("often")).isEqualTo(undisturbed);
  }

  @Test
  void aTruncatedNewestCheckpointIsPassedOver(SparkSession spark) throws IOException {
    stopAfterSomeCheckpoints(spark, "truncated");
    RunCheckpoints checkpoints =
        new RunDirectory(out("truncated"), new Configuration()).checkpoints();
    CheckpointStore.Name last = checkpoints.newest().orElseThrow();
    long before = checkpoints.state(checkpoints.find(last.sequence() - 1).orElseThrow()).samples();
    Path newest = folder.resolve("truncated/checkpoints").resolve(last.directory());
    cut(newest);
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    TrainJob.run(spark, options(), TestNetworks::normalized, run("truncated", 2), heard::add);
    assertThat(heard).contains(new TrainEvent.Started(720, before));
    assertThat(weights("truncated")).isEqualTo(undisturbed);
  }

  /**
   * The newest checkpoint is cut short when the driver has chosen it, and no worker yet read it.
   */
  @Test
  void workersBeginFromTheCheckpointThatTheDriverNames(SparkSession spark) throws IOException {
    stopAfterSomeCheckpoints(spark, "named");
    RunCheckpoints checkpoints = new RunDirectory(out("named"), new Configuration()).checkpoints();
    CheckpointStore.Name last = checkpoints.newest().orElseThrow();
    long before = checkpoints.state(checkpoints.find(last.sequence() - 1).orElseThrow()).samples();
    long named = checkpoints.state(last).samples();
    Cut.next(folder.resolve("named/checkpoints").resolve(last.directory()));
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    TrainJob.run(spark, options(), Cut::create, run("named", 2), heard::add);
    assertThat(heard)
        .filteredOn(TrainEvent.Started.class::isInstance)
        .containsExactly(new TrainEvent.Started(720, named), new TrainEvent.Started(720, before));
    assertThat(weights("named")).isEqualTo(undisturbed);
  }

  private static void stopAfterSomeCheckpoints(SparkSession spark, String name) {
    Trap.fail(15, new UncheckedIOException(new IOException("The disk is full")));
    RunOptions none = run(name, 2).withMaxRestarts(0);
    assertThatThrownBy(() -> TrainJob.run(spark, options(), Trap::create, none, TrainListener.NONE))
        .hasMessageContaining("The disk is full");
  }

  @Test
  void fewerWorkersGoOnAndThatIsSaid(SparkSession spark) {
    stopAfterSomeCheckpoints(spark, "fewer");
    try (LogLines log = LogLines.of(AttemptLoop.class)) {
      TrainJob.run(spark, options(), TestNetworks::normalized, run("fewer", 1), TrainListener.NONE);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("1 workers instead of 2: sums are rounded");
    }
  }

  @Test
  void thereAreAsManyWorkersAsSlotsFromTheFewestOn(SparkSession spark) throws IOException {
    RunOptions three = run("three", 3).withMinWorkers(2).withPatience(Duration.ofMillis(200));
    TrainResult result =
        TrainJob.run(spark, options(), TestNetworks::normalized, three, TrainListener.NONE);
    assertThat(result.workers()).isEqualTo(2);
    assertThat(weights("three")).isEqualTo(undisturbed);
  }

  @Test
  void aLastingFailureIsNotTriedAgain(SparkSession spark) {
    Trap.fail(3, new IllegalStateException("This network cannot"));
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    assertThatThrownBy(
            () -> TrainJob.run(spark, options(), Trap::create, run("never", 2), heard::add))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("This network cannot")
        .hasMessageNotContaining("arrier");
    assertThat(heard).noneMatch(TrainEvent.Restarted.class::isInstance);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"ALL_REDUCE", "AVERAGING"})
  void whatAWorkerCannotBeGivenIsForTheCallerToMend(Mode mode, SparkSession spark) {
    Trap.fail(3, new RequirementException("There is no GPU here"));
    RunOptions run = run("refused-" + mode, 2).withMode(mode);
    assertThatThrownBy(() -> TrainJob.run(spark, options(), Trap::create, run, TrainListener.NONE))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("There is no GPU here");
  }

  @Test
  void restartsAreCounted(SparkSession spark) {
    RunOptions none = run("counted", 2).withMaxRestarts(0);
    Trap.fail(3, new UncheckedIOException(new IOException("The disk is full")));
    assertThatThrownBy(() -> TrainJob.run(spark, options(), Trap::create, none, TrainListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("The disk is full");
  }

  @Test
  void whoStopsADriverFindsNobodyAtWorkAndGoesOn(SparkSession spark) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Trap.set(
        25,
        () -> {
          reached.countDown();
          awaitQuietly(never);
        });
    AtomicReference<Throwable> told = new AtomicReference<>();
    Thread driver =
        new Thread(
            () -> {
              try {
                TrainJob.run(spark, options(), Trap::create, run("stopped", 2), TrainListener.NONE);
              } catch (Throwable e) {
                told.set(e);
              }
            });
    driver.start();
    assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    driver.interrupt();
    driver.join(60_000);
    assertThat(driver.isAlive()).isFalse();
    assertThat(told.get()).isInstanceOf(TrainingException.class).hasMessageContaining("stopped");
    assertThat(new ClusterPreflight(spark.sparkContext()).freeSlots()).isEqualTo(2);
    TrainJob.run(spark, options(), TestNetworks::normalized, run("stopped", 2), TrainListener.NONE);
    assertThat(weights("stopped")).isEqualTo(undisturbed);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void aCancelledJobGroupIsNotBegunAgain(SparkSession spark) throws Exception {
    SparkContext context = spark.sparkContext();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Trap.set(
        5,
        () -> {
          reached.countDown();
          awaitQuietly(never);
        });
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    Thread driver =
        new Thread(
            () -> {
              context.setJobGroup("mine", "my own words", true);
              try {
                TrainJob.run(spark, options(), Trap::create, run("group", 2), TrainListener.NONE);
                told.complete(null);
              } catch (Throwable e) {
                told.complete(e);
              }
            });
    driver.start();
    assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    context.cancelJobGroup("mine");
    assertThat(told.get(60, TimeUnit.SECONDS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("cancelled");
  }

  @Test
  void theCallersWordsStay(SparkSession spark) {
    SparkContext context = spark.sparkContext();
    context.setJobDescription("my own words");
    try {
      TrainOptions one = TestDigits.options(shards, "normalised", 1, 24);
      TrainJob.run(spark, one, TestNetworks::normalized, run("words", 1), TrainListener.NONE);
      assertThat(context.getLocalProperty("spark.job.description")).isEqualTo("my own words");
      assertThat(context.getLocalProperty("spark.job.interruptOnCancel")).isNull();
    } finally {
      context.setJobDescription(null);
    }
  }

  @Test
  void twoTrainingsAtOnceShareTheSlotsButNoDirectory(SparkSession spark) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Trap.set(
        5,
        () -> {
          reached.countDown();
          awaitQuietly(goOn);
        });
    CompletableFuture<TrainResult> first =
        CompletableFuture.supplyAsync(
            () -> TrainJob.run(spark, options(), Trap::create, run("one", 1), TrainListener.NONE));
    assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(
            () ->
                TrainJob.run(
                    spark, options(), TestNetworks::normalized, run("one", 1), TrainListener.NONE))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("A training runs in");
    RunOptions hasty = run("two", 2).withPatience(Duration.ofMillis(200));
    assertThatThrownBy(
            () ->
                TrainJob.run(spark, options(), TestNetworks::normalized, hasty, TrainListener.NONE))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("of which others' tasks have 1");
    TrainResult second =
        TrainJob.run(spark, options(), TestNetworks::normalized, run("two", 1), TrainListener.NONE);
    goOn.countDown();
    assertThat(first.get(60, TimeUnit.SECONDS).card().samples()).isEqualTo(second.card().samples());
    assertThat(weights("one")).isEqualTo(weights("two"));
  }

  @Test
  void aWorkerOfAnAttemptThatIsOverMayNotWrite() throws IOException {
    Files.createDirectories(folder.resolve("lease"));
    RunDirectory directory = new RunDirectory(out("lease"), new Configuration());
    try (RunLease lease = RunLease.acquire(directory)) {
      int first = lease.nextAttempt(4);
      RunLease.check(directory, first);
      int second = lease.nextAttempt(3);
      RunLease.check(directory, second);
      assertThatThrownBy(() -> RunLease.check(directory, first))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("Attempt 1 is over: attempt 2 has begun");
      assertThatThrownBy(() -> writeAs(first, directory))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("Attempt 1 is over");
      assertThat(directory.checkpoints().newest()).isEmpty();
      writeAs(second, directory);
      assertThat(directory.checkpoints().newest()).isPresent();
    }
    try (RunLease lease = RunLease.acquire(directory)) {
      assertThat(lease.workers()).as("what the driver before had").isEqualTo(3);
      assertThat(lease.nextAttempt(2)).as("numbers grow over drivers").isEqualTo(3);
    }
  }

  private static void writeAs(int attempt, RunDirectory directory) {
    ShardManifest data =
        ShardManifest.read(new org.apache.hadoop.fs.Path(shards), new Configuration());
    try (Replica replica = new Replica(TestNetworks::normalized, data, options(), Device.cpu());
        CheckpointRecorder checkpoints =
            new CheckpointRecorder(directory, attempt, null, replica, Duration.ofSeconds(20))) {
      checkpoints.checkpoint(TrainState.START.saved());
      checkpoints.finish();
    }
  }

  @Test
  void aRunFileThatWasCutShortBeforeTrainingIsWrittenAnew(SparkSession spark) throws IOException {
    Files.createDirectories(folder.resolve("cut"));
    Files.writeString(folder.resolve("cut/run.json"), "{\"opt");
    TrainJob.run(spark, options(), TestNetworks::normalized, run("cut", 2), TrainListener.NONE);
    assertThat(weights("cut")).isEqualTo(undisturbed);
  }

  /** Once cuts a checkpoint short when a task builds its network. */
  private static final class Cut {
    private static final AtomicReference<Path> NEXT = new AtomicReference<>();

    static void next(Path checkpoint) {
      NEXT.set(checkpoint);
    }

    static Block create(int channels, int classes) {
      synchronized (NEXT) {
        Path checkpoint = TaskContext.get() == null ? null : NEXT.getAndSet(null);
        if (checkpoint != null) {
          cut(checkpoint);
        }
      }
      return TestNetworks.normalized(channels, classes);
    }
  }

  private static void cut(Path checkpoint) {
    try {
      Path weights = checkpoint.resolve("weights.safetensors");
      byte[] content = Files.readAllBytes(weights);
      // Without the file of checksums beside it, as where a machine died.
      Files.delete(checkpoint.resolve(".weights.safetensors.crc"));
      Files.write(weights, Arrays.copyOf(content, content.length / 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
