package org.e2spark.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run: the two newest are kept.
 *
 * <p>One process writes at a time. A checkpoint counts once the pointer to it is written, which
 * comes after its manifest, which comes after its files.
 */
public final class CheckpointStore {

  private static final Logger log = LoggerFactory.getLogger(CheckpointStore.class);
  private static final int KEPT = 2;

  private final VerifiedDirectory files;

  /**
   * @param directory of this run's checkpoints; made with the first one
   */
  public CheckpointStore(Path directory, Configuration configuration) {
    files = new VerifiedDirectory(directory, configuration);
  }

  /** Says which directory holds the checkpoint of one sequence number, and what its manifest is. */
  record Pointer(long sequence, String directory, String manifestSha256) {}

  /**
   * A checkpoint that was read and verified.
   *
   * @param sequence its number in this run, from 1
   * @param contents its files by name
   */
  public record Checkpoint(long sequence, Map<String, byte[]> contents) {
    /** One of the files. */
    public byte[] content(String name) {
      byte[] content = contents.get(name);
      if (content == null) {
        throw new CheckpointException("Checkpoint " + sequence + " lacks " + name);
      }
      return content;
    }
  }

  /**
   * Writes a checkpoint and then forgets the one before the last.
   *
   * @param sequence one more than that of the checkpoint before, from 1
   * @param name of its directory, unique to what it holds
   * @param contents the files by name
   */
  public void save(long sequence, String name, Map<String, byte[]> contents) {
    String slot = slot(sequence);
    Optional<Pointer> oldest = pointer(slot);
    VerifiedDirectory directory = files.in(name);
    List<VerifiedDirectory.Entry> entries = new ArrayList<>();
    contents.forEach((file, content) -> entries.add(directory.write(file, content)));
    byte[] manifest =
        Json.write(new Manifest(Manifest.FORMAT_VERSION, entries)).getBytes(StandardCharsets.UTF_8);
    directory.write(Manifest.FILE, manifest);
    files.write(slot, Json.write(new Pointer(sequence, name, VerifiedDirectory.sha256(manifest))));
    oldest
        .filter(pointer -> !pointer.directory().equals(name))
        .ifPresent(pointer -> files.in(pointer.directory()).deleteAll());
  }

  /**
   * The newest checkpoint that is whole; one that is not is passed over with a line in the log.
   *
   * @throws CheckpointException when there are checkpoints but none of them is whole
   */
  public Optional<Checkpoint> newest() {
    List<Pointer> pointers = new ArrayList<>();
    for (int i = 0; i < KEPT; i++) {
      pointer(slot(i)).ifPresent(pointers::add);
    }
    pointers.sort(Comparator.comparingLong(Pointer::sequence).reversed());
    CheckpointException first = null;
    for (Pointer pointer : pointers) {
      try {
        return Optional.of(read(pointer));
      } catch (CheckpointException e) {
        log.warn("Checkpoint {} is passed over: {}", pointer.sequence(), e.getMessage());
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw new CheckpointException(
          "No whole checkpoint is left in " + files.directory() + ": " + first.getMessage(), first);
    }
    return Optional.empty();
  }

  private Checkpoint read(Pointer pointer) {
    VerifiedDirectory directory = files.in(pointer.directory());
    String where = directory.directory() + "/" + Manifest.FILE;
    byte[] manifest =
        directory
            .find(Manifest.FILE)
            .orElseThrow(() -> new CheckpointException(where + " is missing"));
    if (!VerifiedDirectory.sha256(manifest).equals(pointer.manifestSha256())) {
      throw new CheckpointException(where + " is not the one that was written last");
    }
    Map<String, byte[]> contents = new java.util.LinkedHashMap<>();
    for (VerifiedDirectory.Entry entry : Manifest.parse(manifest, where).files()) {
      contents.put(entry.name(), directory.read(entry));
    }
    return new Checkpoint(pointer.sequence(), contents);
  }

  private Optional<Pointer> pointer(String slot) {
    Optional<String> text = files.findText(slot);
    try {
      return text.map(json -> Json.read(json, Pointer.class, files.directory() + "/" + slot));
    } catch (CheckpointException e) {
      log.warn("A pointer to a checkpoint was cut short: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static String slot(long sequence) {
    return "newest-" + sequence % KEPT + ".json";
  }
}
