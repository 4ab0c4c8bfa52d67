package org.e2spark.engine;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import com.example.layers.OwnNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.data.prepare.ShardedDataset;
import org.e2spark.data.prepare.SpillOptions;
import org.e2spark.data.shard.ManifestException;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.infer.EvaluateJob;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.EvaluationChoices;
import org.e2spark.nn.convolution.EvaluationPlan;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.AugmentationPolicy;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole jobs on Spark's local mode: barrier stages with ranks in threads. */
@ExtendWith(SparkExtension.class)
@Timeout(120)
class TrainJobTest {

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 240, 60);
  }

  private static String out(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static RunOptions run(String name, int workers) {
    return RunOptions.in(out(name))
        .withWorkers(workers)
        .withMaxRestarts(0)
        .withPatience(Duration.ofSeconds(5))
        .withTimeouts(new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  private static TrainResult train(SparkSession spark, TrainOptions options, RunOptions run) {
    return TrainJob.run(spark, options, TestNetworks::normalized, run, TrainListener.NONE);
  }

  private static byte[] weights(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name).resolve("model/weights.safetensors"));
  }

  @Test
  void trainsReportsSavesAndGivesTheSameBitsTwice(SparkSession spark) throws IOException {
    TrainOptions options = TestDigits.options(shards, "normalised", 3, 24);
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    TrainListener listener =
        event -> {
          if (event instanceof TrainEvent.Configured configured) {
            heard.add("configured " + configured.options().get("augmentation"));
            assertThat(configured.run())
                .containsEntry("workers", "2")
                .containsEntry("checkpointEvery", "epoch")
                .containsEntry("encryption", "none")
                .containsKeys("java", "threadsPerWorker", "ports", "wait", "maxRestarts");
          } else if (event instanceof TrainEvent.Started started) {
            heard.add("started " + started.samples() + " " + started.done());
          } else if (event instanceof TrainEvent.EpochFinished finished) {
            heard.add("epoch " + finished.metrics().epoch() + " " + finished.metrics().samples());
          }
        };
    TrainResult first =
        TrainJob.run(spark, options, TestNetworks::normalized, run("first", 2), listener);
    assertThat(heard)
        .containsExactly(
            "configured none", "started 720 0", "epoch 0 240", "epoch 1 480", "epoch 2 720");
    assertThat(first.history()).hasSize(3);
    assertThat(first.history().get(2).accuracy()).isGreaterThan(0.9);
    assertThat(first.card().samples()).isEqualTo(720);
    assertThat(first.card().provenance()).containsEntry("collectiveTimeout", "20 s");
    assertThat(folder.resolve("first/metrics.json")).exists();

    train(spark, options, run("second", 2));
    assertThat(weights("second")).isEqualTo(weights("first"));
  }

  @Test
  void trainingDoesNotWaitForItsListener(SparkSession spark) {
    CountDownLatch last = new CountDownLatch(1);
    AtomicBoolean waited = new AtomicBoolean();
    TrainListener waiting =
        event -> {
          try {
            if (!last.await(20, TimeUnit.SECONDS)) {
              waited.set(true);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Trap.set(9, last::countDown);
    TrainOptions options = TestDigits.options(shards, "normalised", 1, 24);
    TrainJob.run(spark, options, Trap::create, run("unheard", 1), waiting);
    assertThat(last.getCount()).isZero();
    assertThat(waited).isFalse();
  }

  @Test
  void trainsLayersOfOnesOwnFromADataFrame(SparkSession spark) {
    ImageSource source = TestDigits.source(folder);
    Dataset<Row> images =
        source
            .read(spark)
            .filter(col("split").equalTo(ShardedDataset.SPLIT))
            .withColumn("label", col("label").cast(DataTypes.DoubleType));
    SpillOptions spill =
        SpillOptions.of(source.shape()).withFolder(new org.apache.hadoop.fs.Path(out("spill")));
    try (ShardedDataset data = ShardedDataset.from(images, "image", "label", spill)) {
      TrainOptions options = TestDigits.options(data.directory().toString(), "own", 3, 24);
      TrainResult result =
          TrainJob.run(spark, options, OwnNetwork::create, run("frame", 2), TrainListener.NONE);
      assertThat(result.history().get(2).accuracy()).isGreaterThan(0.9);
    }
    assertThat(folder.resolve("spill")).isEmptyDirectory();
  }

  @Test
  void aFailedRunIsGoneOnFromItsCheckpoint(SparkSession spark) throws IOException {
    TrainOptions options = TestDigits.options(shards, "normalised", 3, 24);
    train(spark, options, run("through", 2));
    RunOptions halting = run("halted", 2);
    Trap.fail(28, new IllegalStateException("The disk is on fire"));
    assertThatThrownBy(
            () -> TrainJob.run(spark, options, Trap::create, halting, TrainListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("The disk is on fire");
    assertThat(folder.resolve("halted/model")).doesNotExist();
    List<String> heard = new ArrayList<>();
    TrainJob.run(
        spark,
        options,
        TestNetworks::normalized,
        halting,
        event -> {
          if (event instanceof TrainEvent.Started started) {
            heard.add(started.samples() + " " + started.done());
          }
        });
    assertThat(heard).containsExactly("720 240");
    assertThat(weights("halted")).isEqualTo(weights("through"));
  }

  /** Of commit f01073c, before the optimiser and the schedule were values: one epoch of three. */
  @Test
  void aRunOfTheFirstVersionGoesOn(SparkSession spark) throws Exception {
    Path kept = Path.of(TrainJobTest.class.getResource("/formats/old-run").toURI());
    FileUtils.copyDirectory(kept.toFile(), folder.resolve("old").toFile());
    TrainOptions options = TestDigits.options(shards, "pooled", 3, 24);
    List<String> heard = new ArrayList<>();
    TrainResult result =
        TrainJob.run(
            spark,
            options,
            TestNetworks::pooled,
            run("old", 2),
            event -> {
              if (event instanceof TrainEvent.Started started) {
                heard.add(started.samples() + " " + started.done());
              }
            });
    assertThat(heard).containsExactly("720 240");
    assertThat(result.history()).hasSize(3);
    assertThat(result.history().get(0).loss()).isEqualTo(2.0862209796905518);
    assertThat(result.history().get(2).loss()).isCloseTo(1.3291729927062987, within(1e-4));
  }

  @ParameterizedTest
  @EnumSource(names = {"ALL_REDUCE", "AVERAGING"})
  void convolutionsAreMeasuredOnceForARunAndItsModel(Mode mode, SparkSession spark)
      throws IOException {
    String name = "measured-" + mode;
    TrainOptions options =
        TestDigits.options(shards, "steerable", 1, 24).toBuilder()
            .evaluation(Evaluation.AUTO)
            .build();
    RunOptions run = run(name, 2).withMode(mode);
    TrainJob.run(spark, options, TestNetworks::steerable, run, TrainListener.NONE);
    Path kept = folder.resolve(name + "/evaluation.json");
    Path saved = folder.resolve(name + "/model/evaluation.json");
    assertThat(kept)
        .content()
        .contains("features.0.weights training/16x29x29/cpu")
        .contains("features.2.weights evaluation/64x13x13/cpu");
    assertThat(saved).hasSameTextualContentAs(kept);
    byte[] weights = weights(name);

    String use = "features.0.weights training/16x29x29/cpu";
    var choices = new EvaluationChoices(new TreeMap<>(Map.of(use, "spatial/blas/1")));
    String other = SavedModel.EVALUATION.write(new EvaluationPlan(Evaluation.AUTO, choices));
    FileUtils.deleteDirectory(folder.resolve(name + "/model").toFile());
    Files.delete(folder.resolve(name + "/.evaluation.json.crc"));
    Files.writeString(kept, other);
    TrainJob.run(spark, options, TestNetworks::steerable, run, TrainListener.NONE);
    assertThat(saved).content().isEqualTo(other);
    assertThat(weights(name)).isEqualTo(weights);
  }

  @Test
  void aFinishedRunIsFinishedAndAnotherIsRefused(SparkSession spark) throws IOException {
    TrainOptions options = TestDigits.options(shards, "normalised", 1, 24);
    train(spark, options, run("done", 1));
    byte[] before = weights("done");
    assertThat(train(spark, options, run("done", 2)).history()).hasSize(1);
    assertThat(weights("done")).isEqualTo(before);
    TrainOptions other = TestDigits.options(shards, "normalised", 2, 24);
    assertThatThrownBy(() -> train(spark, other, run("done", 1)))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("holds a run with other options");
    Files.createDirectories(folder.resolve("foreign/photos"));
    assertThatThrownBy(() -> train(spark, other, run("foreign", 1)))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("is no run of e2spark");
  }

  @Test
  void anAugmentationThatDoesNotFitIsRefused(SparkSession spark) {
    TrainOptions options =
        TestDigits.options(shards, "normalised", 1, 24).toBuilder()
            .augmentation(AugmentationPolicy.of("crop:30"))
            .build();
    assertThatThrownBy(() -> train(spark, options, run("cropped", 1)))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("crop:30")
        .hasMessageContaining("1x29x29");
    assertThat(folder.resolve("cropped")).doesNotExist();
  }

  @Test
  void aPartOfOneImageIsRefusedWhereABatchNormSeesNoPixels(SparkSession spark) {
    NetworkFactory headed =
        (channels, classes) ->
            new SequentialBlock()
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(4).build())
                .add(BatchNorm.of(4))
                .add(Linear.builder().setUnits(classes).build());
    TrainOptions options = TestDigits.options(shards, "headed", 1, 79);
    assertThatThrownBy(
            () -> TrainJob.run(spark, options, headed, run("single", 2), TrainListener.NONE))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining(
            "of 240 images in batches of 79 over 2 workers some pass has a single")
        .hasMessageContaining("the nearest --batch without is 78");
    assertThat(folder.resolve("single")).doesNotExist();
    train(spark, options, run("normalises-over-pixels", 2));
  }

  @Test
  void tooFewSlotsAreSaidSoAndNothingIsWritten(SparkSession spark) {
    TrainOptions options = TestDigits.options(shards, "normalised", 1, 24);
    assertThatThrownBy(() -> train(spark, options, run("many", 4)))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("4 workers need as many slots")
        .hasMessageContaining("has 2")
        .hasMessageContaining("lower --workers");
    assertThat(folder.resolve("many")).doesNotExist();
  }

  @Test
  void unknownPresetsAndMissingDataAreSaidSo(SparkSession spark) {
    TrainOptions options = TestDigits.options(shards, "quickstart/c9", 1, 24);
    assertThatThrownBy(() -> TrainJob.run(spark, options, run("x", 1), TrainListener.NONE))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("quickstart/c9")
        .hasMessageContaining("quickstart/c8");
    TrainOptions nowhere = TestDigits.options(out("nowhere"), "normalised", 1, 24);
    assertThatThrownBy(() -> train(spark, nowhere, run("x", 1)))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("nowhere");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void aDamagedShardStopsBeforeTrainingAndIsNamed(SparkSession spark) throws IOException {
    String damaged = TestDigits.prepare(spark, folder.resolve("bad"), 60, 30);
    Path shard = shard(folder.resolve("bad/shards"), "train");
    byte[] content = Files.readAllBytes(shard);
    content[content.length / 2] ^= 1;
    Files.write(shard, content);
    TrainOptions options = TestDigits.options(damaged, "normalised", 1, 24);
    assertThatThrownBy(() -> train(spark, options, run("damaged", 2)))
        .isInstanceOf(CorruptTrainingDataException.class)
        .hasMessageContaining(shard.getFileName().toString());
    assertThat(folder.resolve("damaged/checkpoints")).doesNotExist();
  }

  private static Path shard(Path directory, String split) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(split))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void evaluatesOnAllSlots(SparkSession spark) {
    TrainOptions o = TestDigits.options(shards, "quickstart/cnn", 2, 24);
    assertThatThrownBy(() -> EvaluateJob.run(spark, out("untrained"), shards, "test"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("No model in");
    TrainResult result = TrainJob.run(spark, o, run("cnn", 2), TrainListener.NONE);
    org.e2spark.infer.Evaluation of = EvaluateJob.run(spark, out("cnn"), shards, "test");
    assertThat(of.samples()).isEqualTo(60);
    assertThat(of.errors())
        .isEqualTo(EvaluateJob.run(spark, result.model(), shards, "test").errors());
    assertThat(of.errorRate()).isLessThan(0.2);
  }
}
