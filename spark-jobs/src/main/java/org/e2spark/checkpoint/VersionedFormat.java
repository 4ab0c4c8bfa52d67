package org.e2spark.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A kind of JSON file that says its version in {@code formatVersion}. An older one is brought up to
 * date while it is read; a newer one is refused. A file without a version has version 1. A key that
 * is unknown is refused too: it may change what a run means, and who does not know it would train
 * otherwise than was asked.
 *
 * <p>How to change what such a file holds:
 *
 * <ul>
 *   <li>A new key, without which a file means what it always meant: give it that default where the
 *       value is built from JSON, as the fields of {@link org.e2spark.train.TrainOptions.Builder}
 *       have theirs. The version stays, and all files that there are stay readable. (The components
 *       of a record have no default; for them, take the other way.)
 *   <li>Anything else (a key renamed, moved, taken away, or of another meaning or unit): append an
 *       {@link Upgrade} to the format, which raises its version by one, and keep a file of the new
 *       version among the test resources in {@code formats}; the build fails until there is one.
 * </ul>
 *
 * <p>Files that are kept there and upgrades that were released do not change any more.
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

  private final String name;
  private final Class<T> type;
  private final List<Upgrade> upgrades;

  private VersionedFormat(String name, Class<T> type, List<Upgrade> upgrades) {
    this.name = name;
    this.type = type;
    this.upgrades = upgrades;
  }

  /**
   * A format.
   *
   * @param name of its files, such as {@code run.json}
   * @param type what a file holds, of the newest version
   * @param upgrades from version 1 to 2, from 2 to 3 and so on
   */
  public static <T> VersionedFormat<T> of(String name, Class<T> type, Upgrade... upgrades) {
    return new VersionedFormat<>(name, type, List.of(upgrades));
  }

  /** The name of its files, such as {@code run.json}. */
  public String name() {
    return name;
  }

  /** The newest version, which is written. */
  public int version() {
    return upgrades.size() + 1;
  }

  /** A file of the newest version. */
  public String write(T value) {
    return Json.write(file(value));
  }

  /** As {@link #write}, on one line: for files that shall be small. */
  public String line(T value) {
    return Json.line(file(value));
  }

  private ObjectNode file(T value) {
    ObjectNode root = Json.tree(value);
    ObjectNode file = root.objectNode();
    file.put(VERSION, version());
    file.setAll(root);
    return file;
  }

  /** As {@link #read(String, String)}, from UTF-8. */
  public T read(byte[] content, String where) {
    return read(new String(content, StandardCharsets.UTF_8), where);
  }

  /**
   * Reads a file of any version that there was.
   *
   * @param where named in the message when it cannot be read
   * @throws CheckpointException when the text is newer, or has an unknown key
   * @throws DamagedException when it is none at all
   */
  public T read(String text, String where) {
    JsonNode tree = Json.read(text, JsonNode.class, where);
    if (!(tree instanceof ObjectNode root)) {
      throw new DamagedException(where + " is not a JSON object");
    }
    int version = version(root.remove(VERSION), where);
    if (version > version()) {
      throw new CheckpointException(
          where
              + " was written by a newer e2spark: format "
              + version
              + ", this one reads "
              + (version() == 1 ? "1" : "1 to " + version()));
    }
    try {
      upgrades.subList(version - 1, upgrades.size()).forEach(upgrade -> upgrade.apply(root));
    } catch (RuntimeException e) {
      throw new DamagedException(
          where + " cannot be read as format " + version + ": " + e.getMessage(), e);
    }
    return Json.convert(root, type, where);
  }

  private static int version(JsonNode version, String where) {
    if (version == null) {
      return 1;
    }
    if (!version.isInt() || version.intValue() < 1) {
      throw new DamagedException(
          where + " has " + VERSION + " " + version + " (must be an integer >= 1)");
    }
    return version.intValue();
  }

  @Override
  public String toString() {
    return name + " " + version();
  }
}
