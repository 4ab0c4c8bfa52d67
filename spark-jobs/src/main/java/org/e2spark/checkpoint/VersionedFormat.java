package org.e2spark.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A kind of JSON file that says its version in {@code formatVersion}. An older one is brought up to
 * date while it is read; a newer one is refused. A file without a version has version 1.
 *
 * @param <T> what the file holds
 */
public final class VersionedFormat<T> {

  private static final String VERSION = "formatVersion";

  /** Turns a file of one version into one of the next. */
  @FunctionalInterface
  public interface Upgrade {
    /** Changes the tree in place. */
    void apply(ObjectNode root);
  }

  private final Class<T> type;
  private final List<Upgrade> upgrades;

  private VersionedFormat(Class<T> type, List<Upgrade> upgrades) {
    this.type = type;
    this.upgrades = upgrades;
  }

  /**
   * A format.
   *
   * @param type what the file holds, of the newest version
   * @param upgrades from version 1 to 2, from 2 to 3 and so on
   */
  public static <T> VersionedFormat<T> of(Class<T> type, Upgrade... upgrades) {
    return new VersionedFormat<>(type, List.of(upgrades));
  }

  /** The newest version, which is written. */
  public int version() {
    return upgrades.size() + 1;
  }

  /** A file of the newest version. */
  public String write(T value) {
    ObjectNode root = Json.tree(value);
    ObjectNode file = root.objectNode();
    file.put(VERSION, version());
    file.setAll(root);
    return Json.write(file);
  }

  /**
   * Reads a file of any version that there was.
   *
   * @param where named in the message when it cannot be read
   * @throws CheckpointException when the text is none, or newer
   */
  public T read(String text, String where) {
    JsonNode tree = Json.read(text, JsonNode.class, where);
    if (!(tree instanceof ObjectNode root)) {
      throw new CheckpointException(where + " is not a JSON object");
    }
    JsonNode version = root.remove(VERSION);
    int from = 1;
    if (version != null) {
      if (!version.isInt() || version.intValue() < 1) {
        throw new CheckpointException(
            where + " has " + VERSION + " " + version + " (must be an integer >= 1)");
      }
      from = version.intValue();
    }
    if (from > version()) {
      throw new CheckpointException(
          where
              + " has "
              + VERSION
              + " "
              + from
              + ", newer than this e2spark reads (at most "
              + version()
              + "): use the one that wrote it, or a newer one");
    }
    for (Upgrade upgrade : upgrades.subList(from - 1, upgrades.size())) {
      upgrade.apply(root);
    }
    return Json.convert(root, type, where);
  }
}
