package org.e2spark.train;

import ai.djl.Device;
import ai.djl.nn.Block;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.shard.TestShards;
import org.e2spark.data.source.ImageShape;
import org.e2spark.model.Presets;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.RankProcesses;
import org.e2spark.sync.Rendezvous;
import org.e2spark.sync.SyncOptions;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.sync.WireFormat;
import org.e2spark.train.SegmentTrial.Rule;

/**
 * One rank that trains a preset for MNIST on random images, alone in its JVM; rank 0 leads the
 * others. {@link ScalingBenchmark} runs it.
 */
final class TrainingMember implements AutoCloseable {

  static final int BATCH = 64;

  private static final String HOST = "127.0.0.1";
  private static final int SMALL_SUMS = 100;

  /** What is measured. */
  enum Way {
    /** A step of one worker on the whole batch. */
    ALONE(member -> member.step(member.alone, member.whole, Communicator.alone())),
    /** A step of one worker on its part of the batch: what others cost is not in it. */
    PART(member -> member.step(member.alone, member.part, Communicator.alone())),
    /** A step of all, all gradients at once. */
    BUCKET(member -> member.step(member.bucket, member.part, member.ring)),
    /** A step of all, gradients by segments. */
    SEGMENTS(member -> member.step(member.segments, member.part, member.ring)),
    /** As BUCKET, with half the bytes. */
    BF16(member -> member.step(member.bf16, member.part, member.ring)),
    /** An average of parameters, statistics and optimiser state. */
    AVERAGE(TrainingMember::average),
    /** Sums of one number, whose frames follow each other. */
    FRAMES(TrainingMember::frames);

    private final ToLongFunction<TrainingMember> way;

    Way(ToLongFunction<TrainingMember> way) {
      this.way = way;
    }
  }

  private final Path folder = Files.createTempDirectory("e2spark-scaling");
  private final Rendezvous rendezvous;
  private final Network network;
  private Communicator ring;
  private ShardDataset dataset;
  private Replica alone;
  private Replica bucket;
  private Replica segments;
  private Replica bf16;
  private BatchReader wholes;
  private BatchReader parts;
  private ImageBatch whole;
  private ImageBatch part;
  private long optimizerSteps;

  /** What is trained: a preset, and how its convolutions are evaluated. */
  record Network(String preset, Evaluation evaluation) implements NetworkFactory {

    @Override
    public Block create(int channels, int classes) {
      Block block = Presets.create(preset, channels, classes);
      evaluation.applyTo(block);
      return block;
    }
  }

  TrainingMember(Network network) throws IOException {
    this.network = network;
    rendezvous =
        Rendezvous.open(
            HOST,
            SyncOptions.DEFAULT.withTimeouts(
                new SyncTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(120))));
  }

  void join(RankProcesses.Invitation invitation) throws IOException {
    int rank = invitation.rank();
    List<String> addresses = invitation.addresses();
    ring = rendezvous.join(rank, addresses, invitation.secret());
    TestShards.write(folder, ShardLayout.forShape(new ImageShape(1, 28, 28)), BATCH);
    dataset =
        ShardDataset.open(
            new org.apache.hadoop.fs.Path(folder.toUri()), "train", new Configuration());
    alone = replica(WireFormat.FLOAT32, Rule.NEVER);
    bucket = replica(WireFormat.FLOAT32, Rule.NEVER);
    segments = replica(WireFormat.FLOAT32, Rule.ALWAYS);
    bf16 = replica(WireFormat.BF16, Rule.NEVER);
    alone.average().begin();
    wholes = BatchReader.builder(dataset).globalBatch(BATCH).build();
    parts =
        BatchReader.builder(dataset)
            .globalBatch(BATCH)
            .rank(rank)
            .worldSize(addresses.size())
            .build();
    whole = wholes.next();
    part = parts.next();
  }

  private Replica replica(WireFormat wire, Rule rule) {
    TrainOptions options =
        TrainOptions.builder(network.preset(), folder.toUri().toString())
            .batch(BATCH)
            .wire(wire)
            .build();
    return new Replica(
        network, dataset.manifest(), options, Device.cpu(), rule, GradientSegments.LEAST);
  }

  /** Makes a step; returns the nanoseconds in which it waited for others. */
  private long step(Replica replica, ImageBatch batch, Communicator communicator) {
    TimedCommunicator timed = new TimedCommunicator(communicator);
    replica.step(batch, 1e-4, 0, timed);
    optimizerSteps++;
    return timed.nanos();
  }

  private long average() {
    TimedCommunicator timed = new TimedCommunicator(ring);
    ByteBuffer values =
        alone.average().contribute(new RoundSums(new SampleSums(1, 1, part.size()), 0));
    timed.allReduceSum(values);
    alone.average().take(values, optimizerSteps);
    return timed.nanos();
  }

  private long frames() {
    TimedCommunicator timed = new TimedCommunicator(ring);
    for (int i = 0; i < SMALL_SUMS; i++) {
      timed.allReduceSum(new float[1]);
    }
    return timed.nanos();
  }

  /** Tells all ranks what comes next: a way, or one more than there are for the end. */
  int meet(int next) {
    float[] told = {ring.rank() == 0 ? next : 0};
    ring.allReduceSum(told);
    return (int) told[0];
  }

  long go(Way way) {
    return way == Way.ALONE && ring.rank() > 0 ? 0 : way.way.applyAsLong(this);
  }

  @Override
  public void close() throws IOException {
    ring.close();
    rendezvous.close();
    for (AutoCloseable one : List.of(whole, part, wholes, parts)) {
      closeQuietly(one);
    }
    List.of(alone, bucket, segments, bf16).forEach(Replica::close);
    dataset.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** All ranks, of which this process is the first; times of each way, by turns. */
  static final class Team implements AutoCloseable {

    private final TrainingMember first;
    private final RankProcesses others;
    private final Map<Way, List<Double>> millis = new EnumMap<>(Way.class);
    private final Map<Way, List<Double>> waited = new EnumMap<>(Way.class);
    private final int worldSize;

    /** Starts and connects all. */
    Team(int worldSize, Network network) throws IOException {
      this.worldSize = worldSize;
      first = new TrainingMember(network);
      others = new RankProcesses(first.rendezvous.address());
      List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
      for (int rank = 1; rank < worldSize; rank++) {
        others.start(options, TrainingMember.class, network.preset(), network.evaluation().name());
      }
      first.join(others.invite());
    }

    /** Each way once. */
    void round() {
      for (Way way : Way.values()) {
        first.meet(way.ordinal());
        first.meet(0);
        long began = System.nanoTime();
        long nanos = first.go(way);
        millis.computeIfAbsent(way, key -> new ArrayList<>()).add(began(began));
        waited.computeIfAbsent(way, key -> new ArrayList<>()).add(nanos / 1e6);
      }
    }

    private static double began(long began) {
      return (System.nanoTime() - began) / 1e6;
    }

    /** Forgets what was measured. */
    void reset() {
      millis.clear();
      waited.clear();
    }

    /** Median of a way's times. */
    double millis(Way way) {
      return median(millis.get(way));
    }

    /** Images a second of steps that take so long. */
    static double rate(double stepMillis) {
      return 1e3 * BATCH / stepMillis;
    }

    /** Milliseconds of a step of local training, with its share of the average at the end. */
    double periodMillis(int period) {
      return millis(Way.PART) + millis(Way.AVERAGE) / period;
    }

    /** Microseconds of a frame of the ring that carries next to nothing. */
    double frameMicros() {
      return 1e3 * millis(Way.FRAMES) / (SMALL_SUMS * 2 * (worldSize - 1));
    }

    /** Share of a step in which rank 0 waited for others. */
    double waitedPercent(Way way) {
      return 100 * median(waited.get(way)) / millis(way);
    }

    private static double median(List<Double> values) {
      return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    @Override
    public void close() throws IOException {
      first.meet(Way.values().length);
      first.close();
      others.close();
    }
  }

  /** A rank: does what rank 0 says; its preset and how that is evaluated are given. */
  public static void main(String[] given) throws IOException, ClassNotFoundException {
    Network network = new Network(given[0], Evaluation.valueOf(given[1]));
    try (TrainingMember member = new TrainingMember(network)) {
      member.join(RankProcesses.invited(member.rendezvous.address()));
      for (int next = member.meet(0); next < Way.values().length; next = member.meet(0)) {
        member.meet(0);
        member.go(Way.values()[next]);
      }
    }
  }
}
