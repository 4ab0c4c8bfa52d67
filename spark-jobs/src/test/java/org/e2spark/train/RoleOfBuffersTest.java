package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import com.example.layers.OwnNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.group.Irrep;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.normalization.BatchNormOptions;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.normalization.IIDBatchNorm;
import org.e2spark.nn.normalization.InducedNormBatchNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Ring;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two ranks, whose halves of a batch have other statistics than the whole, hold the same bits of
 * everything after every step, and a resumed training ends in the bits of one that ran through: for
 * every layer that keeps statistics, for a network of every family, and for one of own layers.
 *
 * <p>Where no statistics stand in the path of the loss, both also agree with one rank on whole
 * batches to 1e-5 ({@link TrainLoopTest}). Where they do they cannot, since each half is normalised
 * by its own statistics, as everywhere in the field.
 */
@ExtendWith(SparkExtension.class)
class RoleOfBuffersTest {

  private static final int BATCH = 4;
  private static final int IMAGES = 2 * BATCH;

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, IMAGES, BATCH);
  }

  static Stream<String> layers() {
    return Stream.of(
            "InnerBatchNorm",
            "NormBatchNorm",
            "InducedNormBatchNorm",
            "GNormBatchNorm",
            "IIDBatchNorm")
        .flatMap(name -> Stream.of(name, name + " cumulative"));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void layersThatKeepStatistics(String layer) throws Exception {
    check((channels, classes) -> around(layer, channels, classes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart/c8",
        "mnist-bench/regular-c4",
        "mnist-bench/quotient-c4",
        "mnist-bench/vectorfield-c16",
        "mnist-bench/hnet_conv-so2-f1",
        "mnist-bench/hnet_norm-so2-f3",
        "mnist-bench/realhnet2-so2-f1",
        "mnist-bench/inducedhnet_conv-o2-f7",
        "mnist-bench/squash-so2-f3",
        "mnist-bench/sharednorm2-so2-f3",
        "mnist-bench/gated_norm_shared-so2-f3",
        "mnist-bench/inducedgated_norm-o2-f3",
        "examples/e2wrn10-4-rot90"
      })
  void aNetworkOfEveryFamily(String preset) throws Exception {
    check(NetworkFactory.preset(preset));
  }

  @Test
  void aNetworkOfLayersOfOnesOwn() throws Exception {
    check(OwnNetwork::create);
  }

  /** What one rank ends with, and its first checkpoint. */
  private record End(
      Map<String, Integer> digests, TrainState state, byte[] weights, byte[] optimizer) {}

  /** Keeps a replica's first checkpoint. */
  private static final class Kept implements TrainLoop.Observer {
    private final Replica replica;
    private TrainState state;
    private byte[] weights;
    private byte[] optimizer;

    Kept(Replica replica) {
      this.replica = replica;
    }

    @Override
    public void checkpoint(TrainState now) {
      if (state == null) {
        state = now;
        weights = replica.weights();
        optimizer = replica.optimizerState();
      }
    }
  }

  private static void check(NetworkFactory network) throws Exception {
    TrainOptions options = TestDigits.options(shards, "a network", 2, BATCH);
    List<End> through = Ring.run(2, ring -> train(network, options, ring, null));
    assertThat(through.get(1).digests()).isEqualTo(through.get(0).digests());
    End from = through.get(0);
    List<End> resumed = Ring.run(2, ring -> train(network, options, ring, from));
    assertThat(resumed.get(0).digests()).isEqualTo(from.digests());
    assertThat(resumed.get(1).digests()).isEqualTo(from.digests());
  }

  private static End train(
      NetworkFactory network, TrainOptions options, Communicator communicator, End from) {
    // A split of one batch: an epoch is a step.
    try (ShardDataset dataset = TestDigits.open(shards, "test");
        Replica replica = new Replica(network, dataset.manifest(), options, Device.cpu())) {
      TrainState start = TrainState.START;
      if (from != null) {
        start = from.state();
        replica.restore(from.weights(), from.optimizer(), start.optimizerSteps());
      }
      Kept kept = new Kept(replica);
      new TrainLoop(options, dataset, null, replica, communicator, 0).run(start, kept);
      return new End(replica.digests(), kept.state, kept.weights, kept.optimizer);
    }
  }

  static Stream<LocalSteps> steps() {
    return Stream.of(LocalSteps.NONE, LocalSteps.every(Span.samples(2 * BATCH)));
  }

  /** Float32 holds whole numbers up to 2^24. */
  @ParameterizedTest
  @MethodSource("steps")
  void countsStayExact(LocalSteps steps) throws Exception {
    NetworkFactory network =
        (channels, classes) -> around("IIDBatchNorm cumulative", channels, classes);
    TrainOptions options =
        TestDigits.options(shards, "a network", 1, BATCH).toBuilder().localSteps(steps).build();
    int before = (1 << 24) - IMAGES / BATCH;
    for (Map<String, Float> end : Ring.run(3, ring -> counting(network, options, ring, before))) {
      assertThat(end).isNotEmpty();
      assertThat(end.values()).containsOnly((float) (1 << 24));
    }
  }

  private static Map<String, Float> counting(
      NetworkFactory network, TrainOptions options, Communicator communicator, int before) {
    try (ShardDataset dataset = TestDigits.open(shards, "train");
        Replica replica = new Replica(network, dataset.manifest(), options, Device.cpu());
        NDManager scratch = NDManager.newBaseManager()) {
      Map<String, NDArray> weights = Safetensors.decode(scratch, replica.weights());
      weights.forEach((name, values) -> values.addi(isCount(name) ? before : 0));
      replica.restore(Safetensors.encode(weights), replica.optimizerState(), 0);
      new TrainLoop(options, dataset, null, replica, communicator, 0)
          .run(TrainState.START, new Kept(replica));
      Map<String, Float> counts = new HashMap<>();
      Safetensors.decode(scratch, replica.weights())
          .forEach(
              (name, values) -> {
                if (isCount(name)) {
                  counts.put(name, values.getFloat());
                }
              });
      return counts;
    }
  }

  private static boolean isCount(String name) {
    return name.endsWith("num_batches_tracked");
  }

  private static Block around(String layer, int channels, int classes) {
    GSpace space = layer.startsWith("Norm") ? Rot2dOnR2.continuous(2) : new FlipRot2dOnR2(4);
    FieldType in = FieldType.of(space, space.trivial(), channels);
    FieldType hidden = hidden(layer, space);
    BatchNormOptions o =
        layer.endsWith("cumulative")
            ? BatchNormOptions.DEFAULT.withStatistics(BatchNormOptions.Statistics.CUMULATIVE)
            : BatchNormOptions.DEFAULT;
    EquivariantModule norm =
        switch (layer.split(" ")[0]) {
          case "InnerBatchNorm" -> new InnerBatchNorm(hidden, o);
          case "NormBatchNorm" -> new NormBatchNorm(hidden, o);
          case "InducedNormBatchNorm" -> new InducedNormBatchNorm(hidden, o);
          case "GNormBatchNorm" -> new GNormBatchNorm(hidden, o);
          default -> new IIDBatchNorm(hidden, o);
        };
    return new SequentialBlock()
        .add(
            EquivariantSequential.of(
                R2Conv.builder(in, hidden).kernelSize(3).build(),
                norm,
                R2Conv.builder(hidden, in).kernelSize(3).stride(4).build()))
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(classes).build());
  }

  private static FieldType hidden(String layer, GSpace space) {
    if (layer.startsWith("Norm")) {
      return FieldType.of(space, space.irrep(1), 2);
    }
    if (layer.startsWith("Induced")) {
      SubgroupId rotations = SubgroupId.withoutReflections(4);
      Irrep irrep = space.subgroup(rotations).group().irreps().get(1);
      return FieldType.of(space, space.induced(rotations, irrep), 2);
    }
    return FieldType.of(space, space.regular(), 2);
  }
}
