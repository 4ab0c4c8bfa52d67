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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A manifest as JSON: strict in what it accepts, the same bytes for the same manifest. */
final class ManifestFile {
  private static final Logger log = LoggerFactory.getLogger(ManifestFile.class);

  /** A manifest of a hundred thousand shards stays below this; anything larger is not one. */
  static final int MAX_BYTES = 16 << 20;

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
      FileSystem fs = UserPath.fileSystem(directory, configuration);
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
    return new ManifestParser(name).manifest(root);
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
              if (!split.classWeightSums().isEmpty()) {
                split.classWeightSums().forEach(node.putArray("classWeightSums")::add);
              }
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
              && hasLength(summary.classCounts(), identity.classNames().size())
              && summary.classWeightSums() != null
              && summary.classWeightSums().length == identity.classNames().size();
      return fits ? Optional.of(summary) : Optional.empty();
    } catch (IOException e) {
      log.warn("Ignoring the unreadable note of a finished shard: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean hasLength(long[] values, int length) {
    return values != null && values.length == length;
  }
}
