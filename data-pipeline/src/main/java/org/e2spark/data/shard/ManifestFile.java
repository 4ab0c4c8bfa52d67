package org.e2spark.data.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.source.ImageShape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A manifest as JSON: strict in what it accepts, the same bytes for the same manifest. */
final class ManifestFile {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestFile.class);

  /** A manifest of a hundred thousand shards stays below this; anything larger is not one. */
  static final int MAX_BYTES = 16 << 20;

  static final long MAX_SHARD_BYTES = Integer.MAX_VALUE;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ManifestFile() {}

  static ShardManifest read(Path directory, Configuration configuration) {
    Path path = new Path(directory, ShardManifest.FILE_NAME);
    try {
      FileSystem fs = HadoopFiles.of(directory, configuration);
      long length = fs.getFileStatus(path).getLen();
      if (length > MAX_BYTES) {
        throw new ManifestException(
            "Manifest " + path + " has " + length + " bytes (at most " + MAX_BYTES + ")");
      }
      try (FSDataInputStream in = fs.open(path)) {
        return parse(in.readNBytes(MAX_BYTES), path.toString());
      }
    } catch (FileNotFoundException e) {
      throw new ManifestException(
          "No manifest in "
              + directory
              + ": not a shard directory, or its preparation did not finish (run prepare again)",
          e);
    } catch (IOException e) {
      throw new ManifestException("Cannot read manifest " + path + ": " + e.getMessage(), e);
    }
  }

  static ShardManifest parse(byte[] json, String name) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new ManifestException(
          "Manifest " + name + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ManifestException("Manifest " + name + " cannot be read: " + e.getMessage(), e);
    }
    if (root == null || !root.isObject()) {
      throw new ManifestException("Manifest " + name + " is not a JSON object");
    }
    return new Parser(name).manifest(root);
  }

  static byte[] format(ShardManifest manifest) {
    ObjectNode root = JSON.createObjectNode();
    root.put("formatVersion", manifest.formatVersion());
    root.put("writerVersion", manifest.writerVersion());
    root.putObject("shape")
        .put("channels", manifest.shape().channels())
        .put("height", manifest.shape().height())
        .put("width", manifest.shape().width());
    ArrayNode names = root.putArray("classNames");
    manifest.classNames().forEach(names::add);
    ObjectNode statistics = root.putObject("statistics");
    statistics.put("split", manifest.statistics().split());
    manifest.statistics().mean().forEach(statistics.putArray("mean")::add);
    manifest.statistics().std().forEach(statistics.putArray("std")::add);
    root.put("recordBatchRows", manifest.recordBatchRows());
    root.put("transformed", manifest.transformed());
    root.put("sourceFingerprint", manifest.sourceFingerprint());
    root.put("seed", manifest.seed());
    ObjectNode options = root.putObject("options");
    manifest.options().forEach(options::put);
    ObjectNode splits = root.putObject("splits");
    manifest
        .splits()
        .forEach(
            (name, split) -> {
              ObjectNode node = splits.putObject(name);
              node.put("samples", split.samples());
              split.classCounts().forEach(node.putArray("classCounts")::add);
              ArrayNode shards = node.putArray("shards");
              for (ShardManifest.Shard shard : split.shards()) {
                shards
                    .addObject()
                    .put("file", shard.file())
                    .put("rows", shard.rows())
                    .put("bytes", shard.bytes())
                    .put("checksum", shard.checksum());
              }
            });
    try {
      return (JSON.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of JSON nodes cannot fail to print", e);
    }
  }

  /** What two jobs must have in common to write the same shards. */
  static byte[] identity(ShardManifest manifest) {
    return format(
        new ShardManifest(
            manifest.formatVersion(),
            manifest.shape(),
            manifest.classNames(),
            new ShardManifest.Statistics("", List.of(), List.of()),
            Map.of(),
            manifest.recordBatchRows(),
            manifest.transformed(),
            manifest.sourceFingerprint(),
            manifest.seed(),
            manifest.options(),
            manifest.writerVersion()));
  }

  /** Names the fields in which two identities differ; empty if they are the same. */
  static String difference(byte[] theirs, byte[] mine) {
    try {
      JsonNode left = JSON.readTree(theirs);
      JsonNode right = JSON.readTree(mine);
      List<String> fields = new ArrayList<>();
      right
          .properties()
          .forEach(
              entry -> {
                JsonNode other = left.get(entry.getKey());
                if (!entry.getValue().equals(other)) {
                  fields.add(entry.getKey() + ": " + other + ", not " + entry.getValue());
                }
              });
      return String.join("; ", fields);
    } catch (IOException e) {
      return "its job file cannot be read";
    }
  }

  static byte[] formatSummary(ShardSummary summary) throws IOException {
    return JSON.writeValueAsBytes(summary);
  }

  /** The note of a finished shard, if it is one that a job of this identity wrote. */
  static Optional<ShardSummary> parseSummary(byte[] json, ShardManifest identity) {
    try {
      ShardSummary summary = JSON.readValue(json, ShardSummary.class);
      int channels = identity.shape().channels();
      boolean fits =
          summary != null
              && summary.checksum() != null
              && hasLength(summary.sums(), channels)
              && hasLength(summary.sumsOfSquares(), channels)
              && hasLength(summary.classCounts(), identity.classNames().size());
      return fits ? Optional.of(summary) : Optional.empty();
    } catch (IOException e) {
      LOG.warn("Ignoring the unreadable note of a finished shard: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean hasLength(long[] values, int length) {
    return values != null && values.length == length;
  }

  /** Turns a tree into a manifest, or says which field is wrong. */
  private record Parser(String name) {
    ShardManifest manifest(JsonNode root) {
      int version = (int) whole(root, "formatVersion", 1, Integer.MAX_VALUE);
      if (version > ShardManifest.FORMAT_VERSION) {
        throw bad(
            "formatVersion "
                + version
                + " is newer than this program reads (at most "
                + ShardManifest.FORMAT_VERSION
                + "): use the program that wrote it, or a newer one");
      }
      JsonNode shapeNode = object(root, "shape");
      long channels = whole(shapeNode, "channels", 1, 1 << 16);
      long height = whole(shapeNode, "height", 1, 1 << 16);
      long width = whole(shapeNode, "width", 1, 1 << 16);
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
      return new ShardManifest(
          version,
          shape,
          classNames,
          statistics(object(root, "statistics"), shape.channels()),
          splits(object(root, "splits"), classNames.size()),
          (int) whole(root, "recordBatchRows", 1, Integer.MAX_VALUE),
          flag.booleanValue(),
          text(root.get("sourceFingerprint"), "sourceFingerprint"),
          whole(root, "seed", Long.MIN_VALUE, Long.MAX_VALUE),
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
      long samples = whole(node, "samples", 1, 1L << 50);
      List<Long> counts = new ArrayList<>();
      long counted = 0;
      for (JsonNode count : array(node, "classCounts")) {
        long value = whole(count, "classCounts", 0, samples);
        counted = Math.min(samples + 1, counted + value);
        counts.add(value);
      }
      if (counts.size() != classes || counted != samples) {
        throw bad(
            "classCounts of split '" + split + "' are not " + classes + " with sum " + samples);
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
        long shardRows = whole(shard, "rows", 1, samples);
        rows = Math.min(samples + 1, rows + shardRows);
        shards.add(
            new ShardManifest.Shard(
                file, shardRows, whole(shard, "bytes", 1, MAX_SHARD_BYTES), checksum));
      }
      if (rows != samples) {
        throw bad("shards of split '" + split + "' do not add up to " + samples + " samples");
      }
      return new ShardManifest.Split(samples, counts, shards);
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

    private long whole(JsonNode parent, String field, long least, long most) {
      JsonNode node = parent.isNumber() ? parent : parent.get(field);
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
}
