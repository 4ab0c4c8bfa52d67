package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.prepare.ShardedDataset;
import org.e2spark.data.prepare.SpillOptions;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.dropout.Dropout;
import org.e2spark.nn.dropout.FieldDropout;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Ring;
import org.e2spark.sync.WireFormat;
import org.e2spark.train.SegmentTrial.Rule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not depend on how many workers train: with micro-batches nothing at all. */
@ExtendWith(SparkExtension.class)
class WorldSizeTest {

  private static final int BATCH = 30;

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 115, 30);
  }

  /** What one rank ends with. */
  private record End(Map<String, Integer> digests, List<SampleSums> batches, TrainState state) {}

  private static List<End> train(int worldSize, NetworkFactory network, TrainOptions options)
      throws Exception {
    return worldSize == 1
        ? List.of(train(network, options, Communicator.alone()))
        : Ring.run(worldSize, ring -> train(network, options, ring));
  }

  private static End train(NetworkFactory network, TrainOptions options, Communicator ring) {
    return train(network, options, ring, Rule.TRIED);
  }

  private static End train(
      NetworkFactory network, TrainOptions options, Communicator ring, Rule rule) {
    List<SampleSums> batches = new ArrayList<>();
    try (ShardDataset dataset = TestDigits.open(options.data(), "train");
        Replica replica =
            new Replica(network, dataset.manifest(), options, Device.cpu(), rule, 20)) {
      TrainState end =
          new TrainLoop(options, dataset, null, replica, ring, 0)
              .run(
                  TrainState.START,
                  new TrainLoop.Observer() {
                    @Override
                    public void stepped(TrainState state, SampleSums batch) {
                      batches.add(batch);
                    }
                  });
      return new End(replica.digests(), batches, end);
    }
  }

  /** Statistics, two kinds of dropout, and layers of both libraries. */
  private static Block network(int channels, int classes) {
    return network(channels, classes, Evaluation.DENSE);
  }

  private static Block network(int channels, int classes, Evaluation evaluation) {
    Rot2dOnR2 space = new Rot2dOnR2(4);
    FieldType in = FieldType.of(space, space.trivial(), channels);
    FieldType hidden = FieldType.of(space, space.regular(), 2);
    return new SequentialBlock()
        .add(
            EquivariantSequential.of(
                R2Conv.builder(in, hidden).kernelSize(3).evaluation(evaluation).build(),
                new InnerBatchNorm(hidden),
                new FieldDropout(hidden, 0.3),
                R2Conv.builder(hidden, in).kernelSize(3).stride(2).evaluation(evaluation).build()))
        .add(Activation.reluBlock())
        .add(Blocks.batchFlattenBlock())
        .add(new Dropout(0.2))
        .add(Linear.builder().setUnits(classes).build());
  }

  /** Three whole micro-batches of 8 and one of 6, of 5 in the last batch of 25; or fewer. */
  @ParameterizedTest
  @ValueSource(ints = {8, 10, 30})
  void trainedBitsDoNotDependOnTheNumberOfWorkers(int microBatch) throws Exception {
    TrainOptions options =
        TestDigits.options(shards, "own", 2, BATCH).toBuilder()
            .microBatch(microBatch)
            .augmentation(AugmentationPolicy.of("rotate,flip,cutout:6"))
            .build();
    End alone = train(1, WorldSizeTest::network, options).get(0);
    assertThat(alone.batches()).hasSize(8);
    for (int worldSize : new int[] {2, 3, 4}) {
      for (End end : train(worldSize, WorldSizeTest::network, options)) {
        assertThat(end.digests()).as("%d workers", worldSize).isEqualTo(alone.digests());
        assertThat(end.batches()).isEqualTo(alone.batches());
      }
    }
  }

  /** Another unit of weights, here a power of two, changes no bit either. */
  @Test
  void weightsOfRowsCountTheSameOnAnyNumberOfWorkers(SparkSession spark) throws Exception {
    Dataset<Row> rows =
        TestDigits.source(folder)
            .read(spark)
            .filter("split = 'train'")
            .selectExpr("image", "label", "cast(id % 5 as double) weight", "id % 5 * 8d heavier")
            .coalesce(1);
    SpillOptions options = SpillOptions.of(new ImageShape(1, TestDigits.SIDE, TestDigits.SIDE));
    List<Map<String, Integer>> ends = new ArrayList<>();
    for (String weight : List.of("weight", "heavier")) {
      try (ShardedDataset data =
          ShardedDataset.from(rows, "image", "label", options.withWeightColumn(weight))) {
        TrainOptions training =
            TestDigits.options(data.directory().toString(), "own", 2, BATCH).toBuilder()
                .microBatch(8)
                .build();
        for (int worldSize : new int[] {1, 2, 3}) {
          ends.add(train(worldSize, WorldSizeTest::network, training).get(0).digests());
        }
      }
    }
    assertThat(ends).containsOnly(ends.get(0));
    try (ShardedDataset data = ShardedDataset.from(rows, "image", "label", options)) {
      TrainOptions training =
          TestDigits.options(data.directory().toString(), "own", 2, BATCH).toBuilder()
              .microBatch(8)
              .build();
      assertThat(train(1, WorldSizeTest::network, training).get(0).digests())
          .isNotEqualTo(ends.get(0));
    }
  }

  /** Of three ranks the bits show who was added to whom; the last batches leave some without. */
  @ParameterizedTest
  @ValueSource(strings = {"dense", "factorised", "bf16"})
  void segmentsEndInTheBitsOfOneBucket(String kind) throws Exception {
    TrainOptions.Builder builder = TestDigits.options(shards, "own", 2, 38).toBuilder();
    TrainOptions options =
        switch (kind) {
          case "bf16" -> builder.wire(WireFormat.BF16).build();
          case "factorised" -> builder.evaluation(Evaluation.FACTORISED).build();
          default -> builder.build();
        };
    Evaluation evaluation = "factorised".equals(kind) ? Evaluation.FACTORISED : Evaluation.DENSE;
    NetworkFactory network = (channels, classes) -> network(channels, classes, evaluation);
    for (int worldSize : new int[] {1, 2, 3}) {
      List<End> whole = trainBy(Rule.NEVER, worldSize, network, options);
      for (Rule rule : new Rule[] {Rule.ALWAYS, Rule.TRIED}) {
        List<End> cut = trainBy(rule, worldSize, network, options);
        for (int rank = 0; rank < worldSize; rank++) {
          assertThat(cut.get(rank).batches()).isEqualTo(whole.get(rank).batches());
          assertThat(cut.get(rank).digests()).isEqualTo(whole.get(0).digests());
        }
      }
    }
  }

  private static List<End> trainBy(
      Rule rule, int worldSize, NetworkFactory network, TrainOptions options) throws Exception {
    return worldSize == 1
        ? List.of(train(network, options, Communicator.alone(), rule))
        : Ring.run(worldSize, ring -> train(network, options, ring, rule));
  }

  @Test
  void withoutMicroBatchesLossesAgreeBatchByBatch() throws Exception {
    TrainOptions options = TestDigits.options(shards, "plain", 1, BATCH);
    List<SampleSums> alone = train(1, TestNetworks::plain, options).get(0).batches();
    for (int worldSize : new int[] {2, 4}) {
      for (End end : train(worldSize, TestNetworks::plain, options)) {
        assertThat(end.batches()).hasSameSizeAs(alone);
        for (int step = 0; step < alone.size(); step++) {
          assertThat(end.batches().get(step).samples()).isEqualTo(alone.get(step).samples());
          assertThat(end.batches().get(step).meanLoss() - alone.get(step).meanLoss())
              .isBetween(-1e-4, 1e-4);
        }
      }
    }
  }

  /** Gradients lose digits on their way; counts, statistics and the equality of replicas do not. */
  @Test
  void gradientsMayTravelAsBfloat16() throws Exception {
    TrainOptions options =
        TestDigits.options(shards, "own", 2, BATCH).toBuilder().wire(WireFormat.BF16).build();
    List<SampleSums> alone = train(1, TestNetworks::plain, options).get(0).batches();
    List<End> ends = train(3, TestNetworks::plain, options);
    assertThat(ends).allSatisfy(end -> assertThat(end.digests()).isEqualTo(ends.get(0).digests()));
    assertThat(ends.get(0).batches()).isNotEqualTo(alone);
    for (int step = 0; step < alone.size(); step++) {
      SampleSums batch = ends.get(0).batches().get(step);
      assertThat(batch.samples()).isEqualTo(alone.get(step).samples());
      assertThat(batch.meanLoss()).isCloseTo(alone.get(step).meanLoss(), within(0.02));
    }
    List<End> normalized = train(2, WorldSizeTest::network, options);
    assertThat(normalized.get(1).digests()).isEqualTo(normalized.get(0).digests());
  }

  @Test
  void microBatchesDoNotTravelAsBfloat16() {
    TrainOptions.Builder both =
        TestDigits.options(shards, "own", 1, BATCH).toBuilder().microBatch(8).wire(WireFormat.BF16);
    assertThatThrownBy(both::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bf16 would round sums as the number of workers makes it");
  }

  /** One worker's pass over a whole batch is a micro-batch. */
  @Test
  void aMicroBatchOfTheWholeBatchIsNoMicroBatch() throws Exception {
    TrainOptions options = TestDigits.options(shards, "own", 1, BATCH);
    TrainOptions whole = options.toBuilder().microBatch(BATCH).build();
    assertThat(train(1, WorldSizeTest::network, whole).get(0).digests())
        .isEqualTo(train(1, WorldSizeTest::network, options).get(0).digests());
  }
}
