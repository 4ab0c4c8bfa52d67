package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.EpochMetrics;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Ring;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Several ranks in threads of this JVM, over loopback. */
@ExtendWith(SparkExtension.class)
class TrainLoopTest {

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 300, 30);
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by its arrays
  private record Run(byte[] weights, List<Double> losses, Map<String, Integer> digest) {}

  /** Keeps what happens; stops by an exception when told to. */
  private static class Recorder implements TrainLoop.Observer {
    private final List<Double> losses = new ArrayList<>();
    private final List<TrainState> saved = new ArrayList<>();
    private final List<byte[][]> tensors = new ArrayList<>();
    private final Replica replica;
    Map<String, Integer> before = Map.of();

    Recorder(Replica replica) {
      this.replica = replica;
    }

    @Override
    public void stepped(TrainState state, SampleSums batch) {
      losses.add(batch.meanLoss());
    }

    @Override
    public void checkpoint(TrainState state) {
      saved.add(state);
      tensors.add(new byte[][] {replica.weights(), replica.optimizerState()});
    }
  }

  private static Run train(
      NetworkFactory network, TrainOptions options, Communicator communicator) {
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica replica = replica(network, options, dataset)) {
      Recorder recorder = new Recorder(replica);
      new TrainLoop(options, dataset, null, replica, communicator, 0)
          .run(TrainState.START, recorder);
      return new Run(replica.weights(), recorder.losses, replica.digests());
    }
  }

  private static Replica replica(
      NetworkFactory network, TrainOptions options, ShardDataset dataset) {
    return new Replica(network, dataset.manifest(), options, Device.cpu());
  }

  private static Run alone(NetworkFactory network, TrainOptions options) {
    return train(network, options, Communicator.alone());
  }

  @Test
  void halfBatchesOnTwoEqualWholeBatchesOnOne() throws Exception {
    TrainOptions options = TestDigits.options(shards, "plain", 2, 30);
    Run one = alone(TestNetworks::plain, options);
    List<Run> two = Ring.run(2, ring -> train(TestNetworks::plain, options, ring));
    assertThat(one.losses()).hasSize(20);
    assertThat(worst(one.weights(), two.get(0).weights())).isLessThan(1e-5);
    for (int step = 0; step < 20; step++) {
      assertThat(two.get(0).losses().get(step) - one.losses().get(step)).isBetween(-1e-5, 1e-5);
    }
    assertThat(one.losses().get(19)).isLessThan(0.5 * one.losses().get(0));
  }

  @Test
  void ranksHoldTheSameBitsAndSoDoTwoRuns() throws Exception {
    TrainOptions options = TestDigits.options(shards, "normalised", 2, 32);
    List<Run> first = Ring.run(3, ring -> train(TestNetworks::normalized, options, ring));
    List<Run> again = Ring.run(3, ring -> train(TestNetworks::normalized, options, ring));
    for (Run run : first) {
      assertThat(run.digest()).isEqualTo(first.get(0).digest());
      assertThat(run.losses()).isEqualTo(first.get(0).losses());
    }
    assertThat(again.get(0).digest()).isEqualTo(first.get(0).digest());
    assertThat(again.get(0).weights()).isEqualTo(first.get(0).weights());
  }

  @Test
  void ranksThatDrewApartAreToldAtTheNextCheckpoint() throws Exception {
    TrainOptions options = TestDigits.options(shards, "normalised", 2, 32);
    for (String told : Ring.run(2, ring -> drawnApart(options, ring))) {
      assertThat(told).startsWith("Ranks 0 and 1 differ after 192 samples, first in 0.weight");
    }
  }

  /** What a rank is told whose weights are its own from the first checkpoint on. */
  private static String drawnApart(TrainOptions options, Communicator communicator) {
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica replica = replica(TestNetworks::normalized, options, dataset)) {
      Recorder apart =
          new Recorder(replica) {
            @Override
            public void checkpoint(TrainState state) {
              Map<String, NDArray> tensors =
                  Safetensors.decode(replica.manager(), replica.weights());
              tensors.get("0.weight").addi(communicator.rank());
              replica.restore(
                  Safetensors.encode(tensors), replica.optimizerState(), state.optimizerSteps());
            }
          };
      new TrainLoop(options, dataset, null, replica, communicator, 96).run(TrainState.START, apart);
      return "nothing";
    } catch (TrainingException e) {
      return e.getMessage();
    }
  }

  @Test
  void aResumedTrainingEndsInTheSameBits() throws Exception {
    TrainOptions options = TestDigits.options(shards, "normalised", 3, 32);
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica whole = replica(TestNetworks::normalized, options, dataset)) {
      Recorder recorder = new Recorder(whole);
      new TrainLoop(options, dataset, null, whole, Communicator.alone(), 96)
          .run(TrainState.START, recorder);
      assertThat(recorder.saved).hasSize(12);
      for (int i : new int[] {1, 3, 5}) {
        try (Replica resumed = replica(TestNetworks::normalized, options, dataset)) {
          TrainState state = recorder.saved.get(i);
          resumed.restore(
              recorder.tensors.get(i)[0], recorder.tensors.get(i)[1], state.optimizerSteps());
          TrainState end =
              new TrainLoop(options, dataset, null, resumed, Communicator.alone(), 96)
                  .run(state, new Recorder(resumed));
          assertThat(resumed.digests()).isEqualTo(whole.digests());
          assertThat(end.samples()).isEqualTo(900);
          assertThat(end.history())
              .extracting(EpochMetrics::loss)
              .isEqualTo(
                  recorder.saved.get(11).history().stream().map(EpochMetrics::loss).toList());
        }
      }
    }
  }

  @Test
  void aWorkerWithoutSamplesTakesPart() throws Exception {
    TrainOptions options = TestDigits.options(shards, "plain", 1, 299);
    Run one = alone(TestNetworks::plain, options);
    List<Run> three = Ring.run(3, ring -> train(TestNetworks::plain, options, ring));
    assertThat(one.losses()).hasSize(2);
    assertThat(worst(one.weights(), three.get(2).weights())).isLessThan(1e-5);
  }

  @Test
  void stepsLeaveNoArraysBehind() {
    TrainOptions options = TestDigits.options(shards, "quickstart/c8", 2, 30);
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica replica = replica(NetworkFactory.preset("quickstart/c8"), options, dataset)) {
      List<Integer> counts = new ArrayList<>();
      Recorder recorder =
          new Recorder(replica) {
            @Override
            public void stepped(TrainState state, SampleSums batch) {
              counts.add(replica.manager().getManagedArrays().size());
            }
          };
      new TrainLoop(options, dataset, null, replica, Communicator.alone(), 0)
          .run(TrainState.START, recorder);
      assertThat(counts).hasSize(20);
      assertThat(counts.subList(2, 20)).containsOnly(counts.get(2));
    }
  }

  @Test
  void aLossThatIsNoNumberStopsWithTheRemedy() {
    TrainOptions wild =
        TestDigits.options(shards, "plain", 3, 30).toBuilder()
            .optimizer(new Sgd(0.9, Sgd.Style.HEAVY_BALL, Penalties.NONE))
            .learningRate(1e9)
            .schedule(new Schedule.Constant())
            .inputScale(InputScale.UNIT)
            .seed(1)
            .build();
    assertThatThrownBy(() -> alone(TestNetworks::plain, wild))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("lower the learning rate");
  }

  @Test
  void aPartOfOneImageHasNoVarianceAndThatIsSaid() {
    NetworkFactory network =
        (channels, classes) ->
            new SequentialBlock()
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(4).build())
                .add(BatchNorm.of(4))
                .add(Linear.builder().setUnits(classes).build());
    assertThatThrownBy(() -> alone(network, TestDigits.options(shards, "single", 1, 1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("of the 1 images of this batch a worker had a single one")
        .hasMessageContaining("choose a --batch that leaves each of 1 workers two");
  }

  @Test
  void aGradientThatIsNoNumberIsNamedAndChangesNothing() throws Exception {
    TrainOptions options = TestDigits.options(shards, "plain", 1, 30);
    for (Run run : Ring.run(2, ring -> spoilt(options, ring))) {
      assertThat(run.losses()).hasSize(2).doesNotContain(Double.NaN);
    }
  }

  /** One worker's third batch, after the pass of initialisation, meets a root's slope at 0. */
  private static Run spoilt(TrainOptions options, Communicator communicator) {
    AtomicInteger forwards = new AtomicInteger();
    NetworkFactory network =
        (channels, classes) ->
            new SequentialBlock()
                .add(TestNetworks.plain(channels, classes))
                .add(
                    list -> {
                      NDArray logits = list.singletonOrThrow();
                      boolean bad = communicator.rank() == 1 && forwards.incrementAndGet() == 4;
                      return new NDList(bad ? logits.add(logits.sub(logits).sqrt()) : logits);
                    });
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica replica = replica(network, options, dataset)) {
      Recorder recorder =
          new Recorder(replica) {
            @Override
            public void stepped(TrainState state, SampleSums batch) {
              super.stepped(state, batch);
              before = replica.digests();
            }
          };
      assertThatThrownBy(
              () ->
                  new TrainLoop(options, dataset, null, replica, communicator, 0)
                      .run(TrainState.START, recorder))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("The loss is finite, but not the gradient of 0.0.weight, ")
          .hasMessageContaining("and 3 more tensors")
          .hasMessageContaining("in the batch after 60 samples (epoch 0)");
      assertThat(replica.digests()).isEqualTo(recorder.before);
      assertThat(replica.optimizerSteps()).isEqualTo(2);
      return new Run(replica.weights(), recorder.losses, replica.digests());
    }
  }

  private static double worst(byte[] a, byte[] b) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> first = Safetensors.decode(manager, a);
      Map<String, NDArray> second = Safetensors.decode(manager, b);
      assertThat(second.keySet()).isEqualTo(first.keySet());
      double worst = 0;
      for (Map.Entry<String, NDArray> entry : first.entrySet()) {
        float difference = entry.getValue().sub(second.get(entry.getKey())).abs().max().getFloat();
        worst = Math.max(worst, difference);
      }
      return worst;
    }
  }
}
