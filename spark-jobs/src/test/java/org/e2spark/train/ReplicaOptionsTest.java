package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.optim.Sgd;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Ring;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What clipping, freezing and starting from a model do to one or two replicas. */
@ExtendWith(SparkExtension.class)
class ReplicaOptionsTest {

  private static final String HEAD = "^4\\.";

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 60, 30);
  }

  /** What a replica begins and ends with. */
  private record Ends(Map<String, float[]> first, Map<String, float[]> last, byte[] weights) {
    Map<String, Double> moved() {
      Map<String, Double> moved = new LinkedHashMap<>();
      first.forEach(
          (name, values) -> {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
              sum += Math.pow((double) last.get(name)[i] - values[i], 2);
            }
            moved.put(name, Math.sqrt(sum));
          });
      return moved;
    }
  }

  private static Ends train(
      NetworkFactory network, TrainOptions options, byte[] model, Communicator communicator) {
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica replica = new Replica(network, dataset.manifest(), options, Device.cpu())) {
      if (model != null) {
        replica.start(model, options.start());
      }
      Map<String, float[]> first = TestNetworks.values(replica.weights());
      new TrainLoop(options, dataset, null, replica, communicator, 0)
          .run(TrainState.START, new TrainLoop.Observer() {});
      return new Ends(first, TestNetworks.values(replica.weights()), replica.weights());
    }
  }

  private static Ends alone(TrainOptions options, byte[] model) {
    return train(TestNetworks::normalized, options, model, Communicator.alone());
  }

  private static TrainOptions.Builder options() {
    return TestDigits.options(shards, "normalised", 1, 30).toBuilder();
  }

  private static double length(Map<String, Double> moved) {
    return Math.sqrt(
        moved.entrySet().stream()
            .filter(entry -> !entry.getKey().contains("running"))
            .mapToDouble(entry -> entry.getValue() * entry.getValue())
            .sum());
  }

  @Test
  void aLongGradientIsShortenedOnAllRanksAlike() throws Exception {
    TrainOptions.Builder step =
        options()
            .batch(60)
            .optimizer(Sgd.plain())
            .schedule(new Schedule.Constant())
            .learningRate(1);
    NetworkFactory network = TestNetworks::plain;
    Communicator alone = Communicator.alone();
    Ends free = train(network, step.build(), null, alone);
    double norm = length(free.moved());
    Ends never = train(network, clipped(step, 2 * norm), null, alone);
    assertThat(never.weights()).isEqualTo(free.weights());
    TrainOptions half = clipped(step, norm / 2);
    Ends clipped = train(network, half, null, alone);
    assertThat(length(clipped.moved())).isCloseTo(norm / 2, within(1e-5 * norm));
    free.moved()
        .forEach(
            (name, moved) ->
                assertThat(clipped.moved().get(name)).isCloseTo(moved / 2, within(1e-5 * norm)));
    List<Ends> two = Ring.run(2, ring -> train(network, half, null, ring));
    assertThat(two.get(0).weights()).isEqualTo(two.get(1).weights());
    assertThat(length(two.get(0).moved())).isCloseTo(norm / 2, within(1e-5 * norm));
  }

  @Test
  void aWorkerAloneShortensItsOwnGradient() throws Exception {
    TrainOptions.Builder step =
        options()
            .batch(60)
            .localSteps(LocalSteps.every(Span.samples(60)))
            .optimizer(Sgd.plain())
            .schedule(new Schedule.Constant())
            .learningRate(1);
    NetworkFactory network = TestNetworks::plain;
    double norm = length(train(network, step.build(), null, Communicator.alone()).moved());
    TrainOptions tenth = clipped(step, norm / 10);
    Ends alone = train(network, tenth, null, Communicator.alone());
    assertThat(length(alone.moved())).isCloseTo(norm / 10, within(1e-5 * norm));
    List<Ends> two = Ring.run(2, ring -> train(network, tenth, null, ring));
    assertThat(two.get(0).weights()).isEqualTo(two.get(1).weights());
    assertThat(length(two.get(0).moved()))
        .as("of the mean of two gradients of that length")
        .isBetween(norm / 20, norm / 10 * (1 + 1e-5));
  }

  private static TrainOptions clipped(TrainOptions.Builder step, double norm) {
    return step.update(UpdateOptions.NONE.withClipNorm(norm)).build();
  }

  @Test
  void whatIsFrozenStaysAndTheRestIsTrained() throws Exception {
    freezes(TestNetworks::normalized, "^[01]\\.");
    freezes(NetworkFactory.preset("quickstart/c8"), "^features\\.[01]\\.");
  }

  private static void freezes(NetworkFactory network, String frozen) throws Exception {
    Map<String, Double> all = train(network, options().build(), null, Communicator.alone()).moved();
    TrainOptions some =
        options().start(StartOptions.SEED.withFrozen(List.of(frozen))).microBatch(10).build();
    for (Ends ends : Ring.run(2, ring -> train(network, some, null, ring))) {
      assertThat(ends.moved().keySet()).anyMatch(Pattern.compile(frozen).asPredicate());
      ends.moved()
          .forEach(
              (name, moved) -> {
                boolean stays = all.get(name) == 0 || Pattern.compile(frozen).matcher(name).find();
                assertThat(moved == 0).as(name).isEqualTo(stays);
              });
    }
  }

  @Test
  void passesInBfloat16TrainTheSameBitsOnAnyNumberOfRanks() throws Exception {
    NetworkFactory network = NetworkFactory.preset("quickstart/c8");
    TrainOptions.Builder full = options().microBatch(15);
    assertThat(full.build().precision()).isEqualTo(Precision.FLOAT32);
    TrainOptions half = options().microBatch(15).precision(Precision.BF16).build();
    Ends alone = train(network, half, null, Communicator.alone());
    for (Ends ends : Ring.run(2, ring -> train(network, half, null, ring))) {
      assertThat(ends.weights()).isEqualTo(alone.weights());
    }
    Ends exact = train(network, full.build(), null, Communicator.alone());
    assertThat(alone.weights()).isNotEqualTo(exact.weights());
    assertThat(length(alone.moved())).isCloseTo(length(exact.moved()), withinPercentage(5));
  }

  @Test
  void bfloat16IsRefusedWhereNothingComputesInIt() {
    TrainOptions half = options().precision(Precision.BF16).build();
    assertThatThrownBy(() -> alone(half, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leave out --precision");
    assertThatThrownBy(() -> half.toBuilder().evaluation(Evaluation.FACTORISED).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32 only");
  }

  @Test
  void aWarmStartTakesAllButWhatBeginsAnew() {
    TrainOptions options = options().build();
    byte[] model = alone(options, null).weights();
    TrainOptions warm =
        options()
            .seed(5)
            .start(StartOptions.SEED.withModel("m").withReinitialize(List.of(HEAD)))
            .build();
    Ends anew = alone(options().seed(5).build(), null);
    Ends ends = alone(warm, model);
    Map<String, float[]> saved = TestNetworks.values(model);
    ends.first()
        .forEach(
            (name, values) ->
                assertThat(values)
                    .as(name)
                    .isEqualTo(name.startsWith("4.") ? anew.first().get(name) : saved.get(name)));
    assertThat(ends.first().keySet()).anyMatch(name -> name.startsWith("4."));
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    byte[] model = alone(options().build(), null).weights();
    TrainOptions warm = options().start(StartOptions.SEED.withModel("m")).build();
    assertThatThrownBy(() -> train(TestNetworks::plain, warm, model, Communicator.alone()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.running_mean (not in the network)")
        .hasMessageContaining("--reinitialize");
    assertThatThrownBy(() -> alone(frozen("head"), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No parameter's name has 'head' in it (the nearest: ");
    assertThatThrownBy(() -> alone(frozen(""), null)).hasMessageContaining("Nothing is left");
    assertThatThrownBy(() -> frozen("(")).hasMessageContaining("'(' is no pattern");
  }

  private static TrainOptions frozen(String pattern) {
    return options().start(StartOptions.SEED.withFrozen(List.of(pattern))).build();
  }
}
