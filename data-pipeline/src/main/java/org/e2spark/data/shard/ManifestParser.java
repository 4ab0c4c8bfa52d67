package org.e2spark.data.shard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/** Turns a tree of JSON into a manifest, or says which field is wrong. */
record ManifestParser(String name) {

  private static final long MAX_SHARD_BYTES = Integer.MAX_VALUE;

  ShardManifest manifest(JsonNode root) {
    int version = (int) whole(root.get("formatVersion"), "formatVersion", 1, Integer.MAX_VALUE);
    if (version > ShardManifest.FORMAT_VERSION) {
      throw bad(
          Text.format(
              "formatVersion %s is newer than this program reads (at most %s): use the e2spark"
                  + " that wrote it (%s), or a newer one",
              version, ShardManifest.FORMAT_VERSION, root.path("writerVersion").asText("unknown")));
    }
    JsonNode shapeNode = object(root, "shape");
    long channels = whole(shapeNode.get("channels"), "channels", 1, 1 << 16);
    long height = whole(shapeNode.get("height"), "height", 1, 1 << 16);
    long width = whole(shapeNode.get("width"), "width", 1, 1 << 16);
    if (!ImageShape.isValid(channels, height, width)) {
      throw bad("an image of " + channels + "x" + height + "x" + width + " is too large");
    }
    ImageShape shape = new ImageShape((int) channels, (int) height, (int) width);
    List<String> classNames = new ArrayList<>();
    for (JsonNode node : array(root, "classNames")) {
      classNames.add(text(node, "classNames"));
    }
    if (classNames.isEmpty()) {
      throw bad("classNames is empty");
    }
    JsonNode flag = root.get("transformed");
    if (flag == null || !flag.isBoolean()) {
      throw bad("transformed is not true or false");
    }
    Map<String, String> options = new LinkedHashMap<>();
    object(root, "options")
        .properties()
        .forEach(e -> options.put(e.getKey(), text(e.getValue(), "options")));
    Map<String, ShardManifest.Split> splits = splits(object(root, "splits"), classNames.size());
    boolean isWeighted = version > ShardManifest.UNWEIGHTED_VERSION;
    if (splits.values().stream().anyMatch(s -> s.classWeightSums().isEmpty() == isWeighted)) {
      throw bad(
          "formatVersion "
              + version
              + (isWeighted ? " needs" : " has no")
              + " classWeightSums in every split");
    }
    return new ShardManifest(
        version,
        shape,
        classNames,
        statistics(object(root, "statistics"), shape.channels()),
        splits,
        (int) whole(root.get("recordBatchRows"), "recordBatchRows", 1, Integer.MAX_VALUE),
        flag.booleanValue(),
        text(root.get("sourceFingerprint"), "sourceFingerprint"),
        whole(root.get("seed"), "seed", Long.MIN_VALUE, Long.MAX_VALUE),
        options,
        text(root.get("writerVersion"), "writerVersion"));
  }

  private ShardManifest.Statistics statistics(JsonNode node, int channels) {
    return new ShardManifest.Statistics(
        text(node.get("split"), "statistics.split"),
        numbers(node, "mean", channels),
        numbers(node, "std", channels));
  }

  private Map<String, ShardManifest.Split> splits(JsonNode node, int classes) {
    Map<String, ShardManifest.Split> splits = new LinkedHashMap<>();
    Set<String> files = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      splits.put(entry.getKey(), split(entry.getKey(), entry.getValue(), classes, files));
    }
    if (splits.isEmpty()) {
      throw bad("splits is empty");
    }
    return splits;
  }

  private ShardManifest.Split split(String split, JsonNode node, int classes, Set<String> files) {
    long samples = whole(node.get("samples"), "samples", 1, 1L << 50);
    List<Long> counts = new ArrayList<>();
    long counted = 0;
    for (JsonNode count : array(node, "classCounts")) {
      long value = whole(count, "classCounts", 0, samples);
      counted = Math.min(samples + 1, counted + value);
      counts.add(value);
    }
    if (counts.size() != classes || counted != samples) {
      throw bad("classCounts of split '" + split + "' are not " + classes + " with sum " + samples);
    }
    List<ShardManifest.Shard> shards = new ArrayList<>();
    long rows = 0;
    for (JsonNode shard : array(node, "shards")) {
      String file = text(shard.get("file"), "file");
      if (!file.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}") || !files.add(file)) {
        throw bad("shard file '" + file + "' is no plain, unique file name");
      }
      String checksum = text(shard.get("checksum"), "checksum");
      if (!checksum.matches("crc32c:[0-9a-f]{8}")) {
        throw bad("checksum '" + checksum + "' of " + file + " is not crc32c:XXXXXXXX");
      }
      long shardRows = whole(shard.get("rows"), "rows", 1, samples);
      rows = Math.min(samples + 1, rows + shardRows);
      shards.add(
          new ShardManifest.Shard(
              file, shardRows, whole(shard.get("bytes"), "bytes", 1, MAX_SHARD_BYTES), checksum));
    }
    if (rows != samples) {
      throw bad("shards of split '" + split + "' do not add up to " + samples + " samples");
    }
    return new ShardManifest.Split(samples, counts, weightSums(split, node, classes), shards);
  }

  private List<Double> weightSums(String split, JsonNode node, int classes) {
    List<Double> sums = new ArrayList<>();
    if (node.has("classWeightSums")) {
      for (JsonNode sum : array(node, "classWeightSums")) {
        double value = sum.isNumber() ? sum.doubleValue() : Double.NaN;
        if (!(value >= 0 && value <= Double.MAX_VALUE)) {
          throw bad("classWeightSums holds " + sum + " (must be numbers >= 0)");
        }
        sums.add(value);
      }
      if (sums.size() != classes) {
        throw bad("classWeightSums of split '" + split + "' are not " + classes);
      }
    }
    return sums;
  }

  private List<Double> numbers(JsonNode parent, String field, int count) {
    List<Double> values = new ArrayList<>();
    for (JsonNode node : array(parent, field)) {
      double value = node.isNumber() ? node.doubleValue() : Double.NaN;
      if (!(value >= 0 && value <= 1)) {
        throw bad(field + " holds " + node + " (must be a number in [0, 1])");
      }
      values.add(value);
    }
    if (values.size() != count) {
      throw bad(field + " has " + values.size() + " values for " + count + " channels");
    }
    return values;
  }

  private JsonNode object(JsonNode parent, String field) {
    JsonNode node = parent.get(field);
    if (node == null || !node.isObject()) {
      throw bad(field + " is not an object");
    }
    return node;
  }

  private JsonNode array(JsonNode parent, String field) {
    JsonNode node = parent.get(field);
    if (node == null || !node.isArray()) {
      throw bad(field + " is not an array");
    }
    return node;
  }

  private String text(JsonNode node, String field) {
    if (node == null || !node.isTextual()) {
      throw bad(field + " is not a text");
    }
    return node.textValue();
  }

  private long whole(JsonNode node, String field, long least, long most) {
    if (node == null
        || !node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < least
        || node.longValue() > most) {
      throw bad(field + " is " + node + " (must be an integer in [" + least + ", " + most + "])");
    }
    return node.longValue();
  }

  private ManifestException bad(String detail) {
    return new ManifestException("Invalid manifest " + name + ": " + detail);
  }
}
