package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockId;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TimeShares;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.LocalSteps;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.OuterOptimizer;
import org.e2spark.train.RequirementException;
import org.e2spark.train.Schedule;
import org.e2spark.train.Span;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.e2spark.train.UpdateOptions;
import org.e2spark.train.Validation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Steps made alone and then averaged, by the workers themselves and by the driver in rounds of
 * ordinary jobs; on two slots.
 */
@ExtendWith(SparkExtension.class)
@Timeout(120)
class AveragingTest {

  private static final int BATCH = 24;
  private static final Sgd SGD = new Sgd(0, Sgd.Style.HEAVY_BALL, Penalties.NONE);

  /** Four batches and a shorter one. */
  private static final int IMAGES = 108;

  @TempDir static Path folder;
  private static String shards;
  private static final AtomicInteger RUNS = new AtomicInteger();

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, IMAGES, 12);
  }

  private static TrainOptions options(LocalSteps steps, Optimizer optimizer) {
    return TestDigits.options(shards, "normalised", 2, BATCH).toBuilder()
        .localSteps(steps)
        .optimizer(optimizer)
        .schedule(new Schedule.Constant())
        .build();
  }

  private static RunOptions run(Mode mode, int workers) {
    return RunOptions.in(folder.resolve("run" + RUNS.incrementAndGet()).toUri().toString())
        .withMode(mode)
        .withWorkers(workers)
        .withPatience(Duration.ofSeconds(5))
        .withMaxRestarts(0);
  }

  private static byte[] train(SparkSession spark, TrainOptions options, RunOptions run) {
    return train(spark, options, run, TestNetworks::normalized, TrainListener.NONE);
  }

  private static byte[] train(
      SparkSession spark,
      TrainOptions options,
      RunOptions run,
      NetworkFactory network,
      TrainListener listener) {
    TrainJob.run(spark, options, network, run, listener);
    try {
      Path out = Path.of(java.net.URI.create(run.output()));
      return Files.readAllBytes(out.resolve("model/weights.safetensors"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertClose(byte[] one, byte[] other) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> a = Safetensors.decode(manager, one);
      Map<String, NDArray> b = Safetensors.decode(manager, other);
      assertThat(b).containsOnlyKeys(a.keySet());
      a.forEach(
          (name, value) ->
              assertThat(value.sub(b.get(name)).abs().max().getFloat())
                  .as(name)
                  .isLessThan(1e-6f * Math.max(1, value.abs().max().getFloat())));
    }
  }

  @Test
  void averagingEveryStepOfPlainDescentIsAllReduce(SparkSession spark) {
    byte[] allReduce = train(spark, options(LocalSteps.NONE, SGD), run(Mode.ALL_REDUCE, 2));
    byte[] averaging = train(spark, options(LocalSteps.NONE, SGD), run(Mode.AVERAGING, 2));
    assertClose(allReduce, averaging);
  }

  @ParameterizedTest
  @EnumSource
  void bothModesComputeTheSame(OuterOptimizer.Style style, SparkSession spark) {
    LocalSteps steps =
        LocalSteps.every(Span.samples(2 * BATCH))
            .withWarmUp(Span.samples(BATCH))
            .withAdaptation(LocalSteps.Adaptation.ADACOMM)
            .withOuter(new OuterOptimizer(style, 0.7, 0.5));
    TrainOptions options =
        options(steps, Optimizer.adam()).toBuilder()
            .validation(Validation.on("test").withEvery(Span.samples(2 * BATCH)))
            .update(UpdateOptions.NONE.withAverageDecay(0.5))
            .build();
    List<Long> measured = Collections.synchronizedList(new ArrayList<>());
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    List<TimeShares> shares = Collections.synchronizedList(new ArrayList<>());
    byte[] averaging =
        train(
            spark,
            options,
            run(Mode.AVERAGING, 2),
            TestNetworks::normalized,
            event -> {
              if (event instanceof TrainEvent.Progressed progress) {
                seen.add(progress.samples());
              } else if (event instanceof TrainEvent.Validated validated) {
                measured.add(validated.metrics().samples());
              } else if (event instanceof TrainEvent.EpochFinished finished) {
                shares.add(finished.metrics().shares());
              }
            });
    assertThat(seen).startsWith(24L, 72L, 108L).endsWith(216L);
    assertThat(measured).startsWith(72L, 108L).endsWith(216L);
    assertThat(shares)
        .hasSize(2)
        .allSatisfy(
            share -> {
              assertThat(share.compute()).isPositive();
              assertThat(share.data() + share.compute() + share.synchronisation())
                  .isCloseTo(1, within(1e-6));
            });
    assertClose(averaging, train(spark, options, run(Mode.ALL_REDUCE, 2)));
  }

  @Test
  void neitherSlotsNorRepeatedWorkNorResumingChangeTheBits(SparkSession spark) {
    LocalSteps steps =
        LocalSteps.every(Span.samples(2 * BATCH))
            .withOuter(new OuterOptimizer(OuterOptimizer.Style.NESTEROV, 0.7, 0.5));
    TrainOptions options = options(steps, Optimizer.adam());
    // Three workers of eight images on two slots; the fourth batch's last worker has none.
    byte[] undisturbed = train(spark, options, run(Mode.AVERAGING, 3));
    assertThat(train(spark, options, run(Mode.AVERAGING, 3))).isEqualTo(undisturbed);

    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    Trap.set(9, AveragingTest::burn);
    RunOptions tripping =
        run(Mode.AVERAGING, 3)
            .withMaxRestarts(1)
            .withCheckpointEvery(CheckpointInterval.samples(BATCH));
    assertThat(train(spark, options, tripping, Trap::create, heard::add)).isEqualTo(undisturbed);
    assertThat(heard).anyMatch(event -> event instanceof TrainEvent.Restarted);

    Trap.set(12, AveragingTest::burn);
    RunOptions stopped =
        run(Mode.AVERAGING, 3).withCheckpointEvery(CheckpointInterval.time(Duration.ofMillis(1)));
    assertThatThrownBy(() -> train(spark, options, stopped, Trap::create, TrainListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("The disk is on fire");
    heard.clear();
    assertThat(train(spark, options, stopped, TestNetworks::normalized, heard::add))
        .isEqualTo(undisturbed);
    assertThat(heard)
        .as("after two rounds of 48 samples")
        .contains(new TrainEvent.Started(2 * IMAGES, 96));
  }

  private static void burn() {
    throw new java.io.UncheckedIOException(new IOException("The disk is on fire"));
  }

  @Test
  void nothingIsLeftInTheExecutors(SparkSession spark) {
    long before = broadcastBytes();
    byte[] weights =
        train(spark, options(LocalSteps.every(Span.samples(BATCH)), SGD), run(Mode.AVERAGING, 2));
    assertThat(RoundWorkers.count()).isZero();
    // The state went out ten times. Blocks go when those who hold them hear of it.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    long left;
    do {
      System.gc(); // Spark frees its own broadcasts, of tasks, after their collection.
      left = broadcastBytes() - before;
    } while (left >= weights.length && System.nanoTime() < deadline);
    assertThat(left).isLessThan(weights.length);
  }

  private static long broadcastBytes() {
    var blocks = SparkEnv.get().blockManager();
    return scala.jdk.javaapi.CollectionConverters.asJava(
            blocks.getMatchingBlockIds(
                new scala.runtime.AbstractFunction1<BlockId, Object>() {
                  @Override
                  public Object apply(BlockId id) {
                    return id.isBroadcast();
                  }
                }))
        .stream()
        .mapToLong(id -> blocks.getStatus(id).map(status -> status.memSize()).getOrElse(() -> 0L))
        .sum();
  }

  @Test
  void aWorkerThatHangsIsGivenUp(SparkSession spark) {
    TrainOptions options = options(LocalSteps.every(Span.samples(2 * BATCH)), SGD);
    byte[] undisturbed = train(spark, options, run(Mode.AVERAGING, 2));
    Trap.set(9, Trap::hang);
    RunOptions hasty =
        run(Mode.AVERAGING, 2)
            .withMaxRestarts(1)
            .withTimeouts(new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(4)));
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    assertThat(train(spark, options, hasty, Trap::create, heard::add)).isEqualTo(undisturbed);
    assertThat(heard)
        .filteredOn(TrainEvent.Restarted.class::isInstance)
        .singleElement()
        .asString()
        .containsPattern("Task [01] on \\S+ has fetched nothing and made no step for 4.0 s");
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
  void withoutASlotNothingBegins(SparkSession spark) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Trap.set(
        3,
        () -> {
          begun.countDown();
          awaitQuietly(goOn);
        });
    CompletableFuture<byte[]> others =
        CompletableFuture.supplyAsync(
            () ->
                train(
                    spark,
                    options(LocalSteps.NONE, SGD),
                    run(Mode.ALL_REDUCE, 2),
                    Trap::create,
                    TrainListener.NONE));
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    RunOptions hasty = run(Mode.AVERAGING, 2).withPatience(Duration.ofMillis(200));
    TrainOptions options = options(LocalSteps.every(Span.samples(BATCH)), SGD);
    assertThatThrownBy(() -> train(spark, options, hasty))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("has no free slot after 0 s (averaging needs 1)");
    assertThat(Path.of(java.net.URI.create(hasty.output()))).doesNotExist();
    goOn.countDown();
    others.get(60, TimeUnit.SECONDS);
  }

  @Test
  void whatCannotBeDoneAgainIsTold(SparkSession spark) {
    TrainOptions diverging =
        options(LocalSteps.every(Span.samples(BATCH)), SGD).toBuilder().learningRate(1e30).build();
    assertThatThrownBy(() -> train(spark, diverging, run(Mode.AVERAGING, 2).withMaxRestarts(3)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("Rank ")
        .hasMessageContaining("lower the learning rate");
  }

  @Test
  void withoutSlotsForAllAtOnceTheDriverAverages(SparkSession spark) throws IOException {
    RunOptions many = run(Mode.AUTO, 3).withPatience(Duration.ofMillis(200));
    train(spark, options(LocalSteps.NONE, SGD), many);
    Path model = Path.of(java.net.URI.create(many.output())).resolve("model/model.json");
    assertThat(Files.readString(model)).contains("AVERAGING (3 workers need as many slots");
    RunOptions few = run(Mode.AUTO, 2);
    train(spark, options(LocalSteps.NONE, SGD), few);
    model = Path.of(java.net.URI.create(few.output())).resolve("model/model.json");
    assertThat(Files.readString(model)).contains("ALL_REDUCE (2 workers can run at once)");
  }
}
