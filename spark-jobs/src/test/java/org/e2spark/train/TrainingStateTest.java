package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.nn.Stochastic;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Ring;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Validation, stopping, averaged weights and skipped steps, which belong to a training's state. */
@ExtendWith(SparkExtension.class)
class TrainingStateTest {

  private static final int BATCH = 30;
  private static final LongPredicate NEVER = seed -> false;

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 120, 50);
  }

  /** A checkpoint, and the weights that would be used at it. */
  private record Saved(TrainState state, byte[] weights, byte[] optimizer, byte[] used) {}

  /** What one rank keeps of a training. */
  private static final class Kept implements TrainLoop.Observer {
    private final Replica replica;
    private final List<Saved> saved = new ArrayList<>();
    private final List<Map<String, float[]>> steps = new ArrayList<>();
    private final List<ValidationMetrics> measured = new ArrayList<>();
    private final List<byte[]> validated = new ArrayList<>();
    private final List<Integer> arrays = new ArrayList<>();
    private TrainState end;

    private Kept(Replica replica) {
      this.replica = replica;
    }

    @Override
    public void stepped(TrainState state, SampleSums batch) {
      steps.add(TestNetworks.values(replica.weights()));
      arrays.add(replica.manager().getManagedArrays().size());
    }

    @Override
    public void checkpoint(TrainState state) {
      saved.add(
          new Saved(state, replica.weights(), replica.optimizerState(), replica.usedWeights()));
    }

    @Override
    public void validated(TrainState state, ValidationMetrics metrics) {
      measured.add(metrics);
      validated.add(replica.usedWeights());
    }

    Saved last() {
      return saved.get(saved.size() - 1);
    }
  }

  private static Kept train(
      NetworkFactory network, TrainOptions options, Saved from, Communicator communicator) {
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        ShardDataset validation =
            options.validation().measures() ? TestDigits.open(shards, "test") : null;
        Replica replica = new Replica(network, dataset.manifest(), options, Device.cpu())) {
      TrainState start = TrainState.START;
      if (from != null) {
        start = from.state();
        replica.restore(from.weights(), from.optimizer(), start.optimizerSteps());
      }
      Kept kept = new Kept(replica);
      kept.end =
          new TrainLoop(options, dataset, validation, replica, communicator, 0).run(start, kept);
      return kept;
    }
  }

  private static Kept alone(TrainOptions options) {
    return train(TestNetworks::normalized, options, null, Communicator.alone());
  }

  private static TrainOptions.Builder options(int epochs) {
    return TestDigits.options(shards, "normalised", epochs, BATCH).toBuilder();
  }

  /** Spoils the gradients of passes that begin with a seed that is bad. */
  private static NetworkFactory spoilt(LongPredicate bad, List<Long> seeds) {
    return (channels, classes) -> {
      boolean[] isBad = new boolean[1];
      return new SequentialBlock()
          .add(TestNetworks.normalized(channels, classes))
          .add(
              new Spoiler(
                  isBad,
                  seed -> {
                    seeds.add(seed);
                    isBad[0] = bad.test(seed);
                  }));
    };
  }

  /** The identity, whose slope is no number when it is told so. */
  private static final class Spoiler extends LambdaBlock implements Stochastic {
    private final java.util.function.LongConsumer told;

    private Spoiler(boolean[] isBad, java.util.function.LongConsumer told) {
      super(
          list -> {
            NDArray x = list.singletonOrThrow();
            return new NDList(isBad[0] ? x.add(x.sub(x).sqrt()) : x);
          });
      this.told = told;
    }

    @Override
    public void reseed(long seed) {
      told.accept(seed);
    }
  }

  @Test
  void measuringChangesNoTrainedBitAndIsTheSameOnAnyNumberOfWorkers() throws Exception {
    TrainOptions plain = options(2).microBatch(10).build();
    Validation measure = Validation.on("test").withEvery(Span.samples(50));
    TrainOptions measured = plain.toBuilder().validation(measure).build();
    Kept without = alone(plain);
    Kept with = alone(measured);
    assertThat(with.last().weights()).isEqualTo(without.last().weights());
    assertThat(with.last().optimizer()).isEqualTo(without.last().optimizer());
    assertThat(with.measured)
        .extracting(ValidationMetrics::samples)
        .containsExactly(60L, 120L, 150L, 210L, 240L);
    assertThat(with.end.history())
        .extracting(epoch -> epoch.validation().size())
        .containsExactly(2, 3);
    for (int i = 0; i < with.measured.size(); i++) {
      SampleSums own = evaluate(with.validated.get(i), measured);
      assertThat(with.measured.get(i).loss()).isCloseTo(own.meanLoss(), within(1e-5));
      assertThat(with.measured.get(i).accuracy()).isEqualTo(own.accuracy());
    }
    for (int world : new int[] {2, 3}) {
      for (Kept rank :
          Ring.run(world, ring -> train(TestNetworks::normalized, measured, null, ring))) {
        assertThat(rank.measured).isEqualTo(with.measured);
        assertThat(rank.last().weights()).isEqualTo(with.last().weights());
      }
    }
  }

  /** The whole split in one pass. */
  private static SampleSums evaluate(byte[] weights, TrainOptions options) {
    try (ShardDataset split = TestDigits.open(shards, "test");
        Replica replica =
            new Replica(TestNetworks::normalized, split.manifest(), options, Device.cpu());
        BatchReader reader = BatchReader.builder(split).storedOrder().globalBatch(50).build();
        ImageBatch batch = reader.next()) {
      replica.start(weights, StartOptions.SEED.withModel("m"));
      return replica.evaluate(evaluator -> evaluator.evaluate(batch));
    }
  }

  @Test
  void trainingStopsWhenMeasurementsHaveLongBeenNoBetter() {
    Validation stopping =
        Validation.on("test").withEvery(Span.samples(60)).withMinDelta(1e6).withPatience(2);
    TrainOptions options = options(9).validation(stopping).build();
    Kept kept = alone(options);
    assertThat(kept.end.samples()).isEqualTo(180);
    assertThat(kept.end.history()).hasSize(2);
    assertThat(kept.end.history().get(1).samples()).isEqualTo(180);
    ValidationState found = kept.end.validation();
    assertThat(found.improvements()).isEqualTo(1);
    assertThat(found.bestSamples()).isEqualTo(60);
    assertThat(found.best()).isEqualTo(kept.measured.get(0).loss());
    Saved atStop = kept.saved.get(kept.saved.size() - 2);
    assertThat(atStop.state().sampleInEpoch()).isEqualTo(60);
    Kept again = train(TestNetworks::normalized, options, atStop, Communicator.alone());
    assertThat(again.steps).isEmpty();
    assertThat(again.end.history()).hasSize(2);
    Kept finished = train(TestNetworks::normalized, options, kept.last(), Communicator.alone());
    assertThat(finished.end).isEqualTo(kept.end);
  }

  @Test
  void accuracyMustRise() {
    Validation.Metric accuracy = Validation.Metric.ACCURACY;
    ValidationState found = ValidationState.NONE;
    Validation options = Validation.on("test").withMetric(accuracy).withMinDelta(0.05);
    int[] improvements = {1, 1, 2, 2};
    double[] values = {0.5, 0.54, 0.56, 0.3};
    for (int i = 0; i < values.length; i++) {
      found = found.plus(new ValidationMetrics(0, 10 * i, 9 * i, values[i]), options);
      assertThat(found.improvements()).isEqualTo(improvements[i]);
    }
    assertThat(found.best()).isEqualTo(0.56);
    assertThat(found.bestSamples()).isEqualTo(20);
    assertThat(found.stale()).isEqualTo(1);
  }

  @Test
  void averagedWeightsFollowTheTrainedOnes() {
    double decay = 0.4;
    Kept kept = alone(options(2).update(UpdateOptions.NONE.withAverageDecay(decay)).build());
    assertThat(kept.last().weights()).isEqualTo(alone(options(2).build()).last().weights());
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica fresh =
            new Replica(
                TestNetworks::normalized, dataset.manifest(), options(2).build(), Device.cpu())) {
      Map<String, double[]> expected = new TreeMap<>();
      TestNetworks.values(fresh.weights())
          .forEach((name, values) -> expected.put(name, doubles(values)));
      for (int step = 1; step <= kept.steps.size(); step++) {
        double d = Math.min(decay, (1.0 + step) / (10 + step));
        kept.steps
            .get(step - 1)
            .forEach(
                (name, values) -> {
                  double[] average = expected.get(name);
                  for (int i = 0; i < average.length; i++) {
                    average[i] = d * average[i] + (1 - d) * values[i];
                  }
                });
      }
      TestNetworks.values(kept.last().used())
          .forEach(
              (name, values) ->
                  assertThat(doubles(values))
                      .as(name)
                      .containsExactly(expected.get(name), within(1e-5)));
    }
    assertThat(kept.last().used()).isNotEqualTo(kept.last().weights());
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /** Seeds of the passes, in order; those of initialisation come first. */
  private static List<Long> seeds(TrainOptions options) {
    List<Long> seeds = new ArrayList<>();
    train(spoilt(NEVER, seeds), options, null, Communicator.alone());
    return seeds;
  }

  @Test
  void aStepThatIsNotFiniteIsLeftOutAsOftenAsAllowed() throws Exception {
    TrainOptions options = options(1).microBatch(BATCH).build();
    List<Long> seeds = seeds(options);
    int first = seeds.size() - 4;
    LongPredicate bad = seed -> seed == seeds.get(first + 1) || seed == seeds.get(first + 3);
    TrainOptions twice =
        options.toBuilder().update(UpdateOptions.NONE.withSkipNonFinite(2)).build();
    for (Kept rank :
        Ring.run(2, ring -> train(spoilt(bad, new ArrayList<>()), twice, null, ring))) {
      assertThat(rank.end.skipped()).isEqualTo(2);
      assertThat(rank.end.samples()).isEqualTo(120);
      assertThat(rank.end.optimizerSteps()).isEqualTo(2);
      assertSame(rank.steps.get(1), rank.steps.get(0));
      assertSame(rank.steps.get(3), rank.steps.get(2));
    }
    TrainOptions once = options.toBuilder().update(UpdateOptions.NONE.withSkipNonFinite(1)).build();
    assertThatThrownBy(
            () -> train(spoilt(bad, new ArrayList<>()), once, null, Communicator.alone()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("in the batch after 90 samples");
  }

  @Test
  void aWorkerAloneLeavesItsOwnStepsOut() throws Exception {
    TrainOptions options = options(1).localSteps(LocalSteps.every(Span.samples(2 * BATCH))).build();
    List<List<Long>> seeds = List.of(new ArrayList<>(), new ArrayList<>());
    Ring.run(2, ring -> train(spoilt(NEVER, seeds.get(ring.rank())), options, null, ring));
    int first = seeds.get(1).size() - 4;
    long second = seeds.get(1).get(first + 1);
    List<Kept> kept = skipping(options, seed -> seed == second, 1);
    assertThat(kept.get(1).last().weights()).isEqualTo(kept.get(0).last().weights());
    assertThat(kept.get(0).end.skipped()).isEqualTo(1);
    assertThat(kept.get(0).end.samples()).isEqualTo(120);
    assertThat(kept.get(0).end.history().get(0).loss()).isFinite();

    LongPredicate firstRound =
        seed -> seeds.stream().anyMatch(all -> all.subList(first, first + 2).contains(seed));
    Kept none = skipping(options, firstRound, 4).get(0);
    assertThat(none.end.skipped()).isEqualTo(4);
    assertSame(none.steps.get(1), none.steps.get(0));
    assertThat(none.steps.get(3)).isNotEqualTo(none.steps.get(1));
    none.steps
        .get(3)
        .values()
        .forEach(values -> assertThat(doubles(values)).doesNotContain(Double.NaN));
    assertThatThrownBy(() -> skipping(options, firstRound, 3))
        .hasMessageContaining("workers left out 4 steps that were not finite, 4 in all");
    assertThatThrownBy(() -> skipping(options, firstRound, 1))
        .hasMessageContaining("lower the learning rate");
  }

  private static List<Kept> skipping(TrainOptions options, LongPredicate bad, int most)
      throws Exception {
    TrainOptions some =
        options.toBuilder().update(UpdateOptions.NONE.withSkipNonFinite(most)).build();
    return Ring.run(2, ring -> train(spoilt(bad, new ArrayList<>()), some, null, ring));
  }

  private static void assertSame(Map<String, float[]> now, Map<String, float[]> before) {
    now.forEach((name, values) -> assertThat(values).as(name).isEqualTo(before.get(name)));
  }

  @Test
  void withEverythingSwitchedOnAResumedTrainingEndsInTheSameBits() throws Exception {
    Map<String, Double> weights = new TreeMap<>();
    for (int label = 0; label < 10; label++) {
      weights.put(Integer.toString(label), 1.0 + label);
    }
    TrainOptions options =
        options(4)
            .microBatch(10)
            .warmUp(Span.epochs(1))
            .augmentation(AugmentationPolicy.of("rotate,cutout:6"))
            .loss(new Loss(new ClassWeights.Given(weights), 0.1))
            .update(new UpdateOptions(0.5, 2, 0.9))
            .validation(
                Validation.on("test")
                    .withEvery(Span.samples(50))
                    .withMetric(Validation.Metric.ACCURACY)
                    .withPatience(100)
                    .withBestRestored())
            .start(StartOptions.SEED.withFrozen(List.of("^0\\.1\\.")))
            .build();
    List<Long> seeds = seeds(options);
    long chosen = seeds.get(seeds.size() - 7 * 3);
    NetworkFactory network = spoilt(seed -> seed == chosen, new ArrayList<>());
    Kept whole = Ring.run(2, ring -> train(network, options, null, ring)).get(0);
    assertThat(whole.end.skipped()).isEqualTo(1);
    assertThat(whole.saved.size()).isGreaterThan(8);
    assertThat(whole.arrays.subList(2, 16)).as("native arrays").containsOnly(whole.arrays.get(2));
    for (int i : new int[] {0, 3, whole.saved.size() - 3}) {
      Saved from = whole.saved.get(i);
      for (Kept resumed : Ring.run(2, ring -> train(network, options, from, ring))) {
        assertThat(resumed.last().weights()).isEqualTo(whole.last().weights());
        assertThat(resumed.last().optimizer()).isEqualTo(whole.last().optimizer());
        assertThat(resumed.last().used()).isEqualTo(whole.last().used());
        assertThat(resumed.end.validation()).isEqualTo(whole.end.validation());
        assertThat(resumed.end.skipped()).isEqualTo(1);
        assertThat(resumed.end.history())
            .extracting(EpochMetrics::loss, EpochMetrics::validation)
            .isEqualTo(
                whole.end.history().stream()
                    .map(
                        epoch ->
                            org.assertj.core.groups.Tuple.tuple(epoch.loss(), epoch.validation()))
                    .toList());
      }
    }
  }
}
