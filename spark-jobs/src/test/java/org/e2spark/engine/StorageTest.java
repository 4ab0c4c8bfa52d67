package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.checkpoint.ObjectStoreFileSystem;
import org.e2spark.data.shard.FarFileSystem;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs on storage that is slow, full, or no file system at all. */
@ExtendWith(SparkExtension.class)
@Timeout(120)
class StorageTest {

  @TempDir static Path folder;
  private static String shards;
  private static byte[] undisturbed;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 240, 60);
    String out = folder.resolve("undisturbed").toUri().toString();
    train(spark, out, TrainListener.NONE);
    undisturbed =
        Files.readAllBytes(folder.resolve("undisturbed").resolve("model/weights.safetensors"));
  }

  @AfterEach
  void open() {
    ObjectStoreFileSystem.guard(path -> {});
  }

  private static String out(String name) {
    return ObjectStoreFileSystem.SCHEME + "://bucket/" + name;
  }

  private static TrainOptions options() {
    return TestDigits.options(shards, "normalised", 3, 24);
  }

  private static RunOptions run(String out) {
    return RunOptions.in(out)
        .withWorkers(2)
        .withMaxRestarts(1)
        .withCheckpointEvery(CheckpointInterval.samples(48))
        .withPatience(Duration.ofSeconds(20))
        .withTimeouts(new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  private static TrainResult train(SparkSession spark, String out, TrainListener listener) {
    return TrainJob.run(spark, options(), TestNetworks::normalized, run(out), listener);
  }

  private static byte[] weights(String name) throws IOException {
    return ObjectStoreFileSystem.content(out(name) + "/model/weights.safetensors");
  }

  @Test
  void anObjectStoreThatIsFullForAWhileCostsAnAttempt(SparkSession spark) throws IOException {
    AtomicInteger checkpoints = new AtomicInteger();
    ObjectStoreFileSystem.guard(
        path -> {
          if (path.getName().equals("optimizer.safetensors")
              && checkpoints.incrementAndGet() == 4) {
            throw new IOException("No space left on device");
          }
        });
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    train(spark, out("full"), heard::add);
    assertThat(heard)
        .filteredOn(TrainEvent.Restarted.class::isInstance)
        .singleElement()
        .asString()
        .contains("No space left on device")
        .contains("optimizer.safetensors");
    assertThat(heard)
        .as("goes on from the third checkpoint")
        .contains(new TrainEvent.Started(720, 144));
    assertThat(weights("full")).isEqualTo(undisturbed);
  }

  @Test
  void anObjectStoreThatStaysFullEndsTheTrainingAndSaysSo(SparkSession spark) throws IOException {
    ObjectStoreFileSystem.guard(
        path -> {
          if (path.toString().contains("samples-000000000240")) {
            throw new IOException("No space left on device");
          }
        });
    assertThatThrownBy(() -> train(spark, out("stays"), TrainListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("--max-restarts");
    open();
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    train(spark, out("stays"), heard::add);
    assertThat(heard).contains(new TrainEvent.Started(720, 192));
    assertThat(weights("stays")).isEqualTo(undisturbed);
  }

  @Test
  void metricsThatCannotBeWrittenCostNoModel(SparkSession spark) throws IOException {
    ObjectStoreFileSystem.guard(
        path -> {
          if (path.getName().equals("metrics.json")) {
            throw new IOException("No space left on device");
          }
        });
    ObjectStoreFileSystem.forgetReads();
    try (LogLines log = LogLines.of(RunDirectory.class)) {
      assertThat(train(spark, out("metrics"), TrainListener.NONE).history()).hasSize(3);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("metrics.json")
          .contains("No space left on device");
    }
    assertThat(weights("metrics")).isEqualTo(undisturbed);
    assertThat(ObjectStoreFileSystem.reads())
        .as("the model is made without the optimiser's state")
        .anyMatch(path -> path.endsWith("/weights.safetensors"))
        .noneMatch(path -> path.endsWith("/optimizer.safetensors"));
  }

  @Test
  void trainingGoesOnWhileACheckpointIsWritten(SparkSession spark) throws IOException {
    CountDownLatch trained = new CountDownLatch(1);
    AtomicInteger later = new AtomicInteger();
    ObjectStoreFileSystem.guard(
        path -> {
          if (path.toString().contains("samples-000000000048") && trained.getCount() > 0) {
            await(trained);
          } else if (path.toString().contains("samples-000000000096")) {
            later.incrementAndGet();
          }
        });
    // Two steps of two workers before the first checkpoint; the second one waits for it.
    Trap.set(6, trained::countDown);
    TrainJob.run(spark, options(), Trap::create, run(out("slow")), TrainListener.NONE);
    assertThat(trained.getCount()).isZero();
    assertThat(later.get()).as("files of the second checkpoint").isGreaterThan(0);
    assertThat(weights("slow")).isEqualTo(undisturbed);
  }

  @ParameterizedTest
  @EnumSource(names = {"ALL_REDUCE", "AVERAGING"})
  void settingsMadeWhileSparkRunsReachTheWorkers(Mode mode, SparkSession spark) throws IOException {
    String out = "far:" + folder.resolve("far-" + mode);
    Path cache = folder.resolve("cache-" + mode);
    Configuration settings = spark.sparkContext().hadoopConfiguration();
    settings.set("fs.far.impl", FarFileSystem.class.getName());
    // Or else whoever opens it first, opens it for all of this JVM.
    settings.setBoolean("fs.far.impl.disable.cache", true);
    settings.set("e2spark.shard.cache.dir", cache.toString());
    try {
      TrainOptions far = options().withData(shards.replaceFirst("file:/+", "far:/"));
      TrainJob.run(
          spark, far, TestNetworks::normalized, run(out).withMode(mode), TrainListener.NONE);
    } finally {
      settings.unset("fs.far.impl");
      settings.unset("fs.far.impl.disable.cache");
      settings.unset("e2spark.shard.cache.dir");
    }
    assertThat(cache).isDirectoryContaining("glob:**.arrow");
    assertThat(folder.resolve("far-" + mode + "/model/weights.safetensors")).isNotEmptyFile();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(15, TimeUnit.SECONDS)) {
        throw new IOException("Training did not go on while this was written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
