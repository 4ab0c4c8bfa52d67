package org.e2spark.data.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.shard.ShardSummary;
import org.e2spark.data.source.ImageShape;

/** Adds up what the shards of a job tell. */
final class ManifestBuilder {
  private ManifestBuilder() {}

  /** A manifest without splits and statistics. */
  static ShardManifest identity(
      ShardLayout layout,
      List<String> classNames,
      String fingerprint,
      long seed,
      Map<String, String> options) {
    return new ShardManifest(
        layout.weighted() ? ShardManifest.FORMAT_VERSION : ShardManifest.UNWEIGHTED_VERSION,
        layout.shape(),
        classNames,
        new ShardManifest.Statistics("", List.of(), List.of()),
        Map.of(),
        layout.recordBatchRows(),
        layout.transformed(),
        fingerprint,
        seed,
        new TreeMap<>(options),
        writerVersion());
  }

  private static String writerVersion() {
    String version = ManifestBuilder.class.getPackage().getImplementationVersion();
    return "e2spark " + (version == null ? "(unpackaged)" : version);
  }

  static ShardManifest build(
      ShardManifest identity, List<ShardSlot> slots, Map<String, ShardSummary> summaries) {
    Map<String, List<ShardSlot>> bySplit = new TreeMap<>();
    slots.forEach(s -> bySplit.computeIfAbsent(s.split(), name -> new ArrayList<>()).add(s));
    Map<String, ShardManifest.Split> splits = new TreeMap<>();
    bySplit.forEach((name, members) -> splits.put(name, split(identity, members, summaries)));
    String measured =
        splits.containsKey(PrepareOptions.TRAIN)
            ? PrepareOptions.TRAIN
            : splits.keySet().iterator().next();
    List<ShardSummary> sample =
        bySplit.get(measured).stream().map(slot -> summaries.get(slot.file())).toList();
    return new ShardManifest(
        identity.formatVersion(),
        identity.shape(),
        identity.classNames(),
        statistics(measured, identity.shape(), sample),
        splits,
        identity.recordBatchRows(),
        identity.transformed(),
        identity.sourceFingerprint(),
        identity.seed(),
        identity.options(),
        identity.writerVersion());
  }

  private static ShardManifest.Split split(
      ShardManifest identity, List<ShardSlot> slots, Map<String, ShardSummary> summaries) {
    long[] counts = new long[identity.classNames().size()];
    double[] weights = new double[counts.length];
    List<ShardManifest.Shard> shards = new ArrayList<>();
    for (ShardSlot slot : slots) {
      ShardSummary summary = summaries.get(slot.file());
      shards.add(
          new ShardManifest.Shard(
              slot.file(), summary.rows(), summary.bytes(), summary.checksum()));
      for (int i = 0; i < summary.classCounts().length; i++) {
        counts[i] += summary.classCounts()[i];
        weights[i] += summary.classWeightSums()[i];
      }
    }
    return new ShardManifest.Split(
        LongStream.of(counts).sum(),
        LongStream.of(counts).boxed().toList(),
        identity.formatVersion() == ShardManifest.UNWEIGHTED_VERSION
            ? List.of()
            : DoubleStream.of(weights).boxed().toList(),
        shards);
  }

  private static ShardManifest.Statistics statistics(
      String split, ImageShape shape, List<ShardSummary> shards) {
    double pixels =
        (double) shape.planeSize() * shards.stream().mapToLong(ShardSummary::rows).sum();
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < shape.channels(); c++) {
      int channel = c;
      long sum = shards.stream().mapToLong(shard -> shard.sums()[channel]).sum();
      long squares = shards.stream().mapToLong(shard -> shard.sumsOfSquares()[channel]).sum();
      double mean = sum / pixels;
      means.add(mean / 255);
      deviations.add(Math.sqrt(Math.max(0, squares / pixels - mean * mean)) / 255);
    }
    return new ShardManifest.Statistics(split, means, deviations);
  }
}
