package org.e2spark.checkpoint;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run: the newest are kept, two unless more are asked for.
 *
 * <p>One process writes at a time. A checkpoint counts once the pointer to it is written, which
 * comes after its manifest, which comes after its files.
 */
public final class CheckpointStore {

  private static final Logger log = LoggerFactory.getLogger(CheckpointStore.class);
  private static final int KEPT = 2;
  private static final VersionedFormat<Name> POINTER =
      VersionedFormat.of("newest.json", Name.class);

  private final VerifiedDirectory files;
  private final int kept;

  /**
   * @param directory of this run's checkpoints; made with the first one
   */
  public CheckpointStore(Path directory, Configuration configuration) {
    this(directory, configuration, KEPT);
  }

  /**
   * A store.
   *
   * @param directory of this run's checkpoints; made with the first one
   * @param kept how many of the newest are kept, at least 2; those that were written while more
   *     were kept are found, and go when so many newer ones are there
   * @throws IllegalArgumentException if they are fewer
   */
  public CheckpointStore(Path directory, Configuration configuration, int kept) {
    if (kept < KEPT) {
      throw new IllegalArgumentException(
          "Invalid number of checkpoints to keep: " + kept + " (must be >= " + KEPT + ")");
    }
    this.kept = kept;
    files = new VerifiedDirectory(directory, configuration);
  }

  /**
   * Names one checkpoint, by what is in it.
   *
   * @param sequence its number in this run, from 1
   * @param directory of its files
   * @param manifestSha256 of its manifest, which has the digests of its files
   */
  public record Name(long sequence, String directory, String manifestSha256)
      implements Serializable {}

  /**
   * A checkpoint that was read and verified.
   *
   * @param name which
   * @param contents its files by name
   */
  public record Checkpoint(Name name, Map<String, byte[]> contents) {
    /** One of the files. */
    public byte[] content(String file) {
      byte[] content = contents.get(file);
      if (content == null) {
        throw new DamagedException("Checkpoint " + name.sequence() + " lacks " + file);
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
   * @param fence throws if this process may no longer write; asked when all is written but the
   *     pointer that makes it count
   * @return what it is found by
   */
  public Name save(long sequence, String name, Map<String, byte[]> contents, Runnable fence) {
    String slot = slot(sequence);
    Optional<Name> oldest = pointer(slot);
    VerifiedDirectory directory = files.in(name);
    List<VerifiedDirectory.Entry> entries = new ArrayList<>();
    contents.forEach((file, content) -> entries.add(directory.write(file, content)));
    byte[] manifest = Manifest.FORMAT.write(new Manifest(entries)).getBytes(StandardCharsets.UTF_8);
    directory.write(Manifest.FILE, manifest);
    fence.run();
    Name saved = new Name(sequence, name, VerifiedDirectory.sha256(manifest));
    files.write(slot, POINTER.write(saved));
    oldest
        .filter(old -> !old.directory().equals(name))
        .ifPresent(old -> delete(files.in(old.directory())::deleteAll));
    forgetMoreThanKept(sequence);
    return saved;
  }

  private boolean delete(Runnable deletion) {
    try {
      deletion.run();
      return true;
    } catch (CheckpointException e) {
      log.warn("An old checkpoint stays: {}", e.getMessage());
      return false;
    }
  }

  /**
   * Deletes what was kept while more were to be, from the last place on, so that no place is empty
   * before one that is not.
   */
  private void forgetMoreThanKept(long newest) {
    Deque<Name> more = new ArrayDeque<>();
    for (Optional<Name> name = pointer(pointerName(kept)); name.isPresent(); ) {
      more.addLast(name.get());
      name = pointer(pointerName(kept + more.size()));
    }
    boolean isGone = true;
    while (isGone && !more.isEmpty() && more.getLast().sequence() <= newest - kept) {
      Name old = more.removeLast();
      String pointer = pointerName(kept + more.size());
      isGone =
          delete(
              () -> {
                files.in(old.directory()).deleteAll();
                files.delete(pointer);
              });
    }
  }

  /**
   * The newest checkpoint whose files are all there and whole; a damaged one is passed over with a
   * line in the log.
   *
   * @throws CheckpointException when there are checkpoints but none of them is whole, or when one
   *     cannot be read now, which does not mean that it is damaged
   */
  public Optional<Name> newest() {
    List<Name> names = pointers();
    names.sort(Comparator.comparingLong(Name::sequence).reversed());
    DamagedException first = null;
    for (Name name : names) {
      try {
        VerifiedDirectory directory = files.in(name.directory());
        manifest(name).files().forEach(directory::verify);
        return Optional.of(name);
      } catch (DamagedException e) {
        log.warn("Checkpoint {} is passed over: {}", name.sequence(), e.getMessage());
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw new DamagedException(
          "No whole checkpoint is left in " + files.directory() + ": " + first.getMessage(), first);
    }
    return Optional.empty();
  }

  private List<Name> pointers() {
    List<Name> names = new ArrayList<>();
    boolean isMore = true;
    for (int i = 0; i < kept || isMore; i++) {
      Optional<Name> name = pointer(pointerName(i));
      name.ifPresent(names::add);
      isMore = name.isPresent();
    }
    return names;
  }

  /** The checkpoint of a number, if it is still kept; it is not verified. */
  public Optional<Name> find(long sequence) {
    return pointers().stream().filter(name -> name.sequence() == sequence).findFirst();
  }

  /**
   * Reads a checkpoint whole.
   *
   * @throws DamagedException when it is not what its name says
   */
  public Checkpoint read(Name name) {
    VerifiedDirectory directory = files.in(name.directory());
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (VerifiedDirectory.Entry entry : manifest(name).files()) {
      contents.put(entry.name(), directory.read(entry));
    }
    return new Checkpoint(name, contents);
  }

  /** Reads one file of a checkpoint. */
  public byte[] read(Name name, String file) {
    VerifiedDirectory directory = files.in(name.directory());
    return directory.read(
        VerifiedDirectory.entry(manifest(name).files(), file, directory.directory()));
  }

  private Manifest manifest(Name name) {
    VerifiedDirectory directory = files.in(name.directory());
    String where = directory.directory() + "/" + Manifest.FILE;
    byte[] manifest =
        directory
            .find(Manifest.FILE)
            .orElseThrow(() -> new DamagedException(where + " is missing"));
    if (!VerifiedDirectory.sha256(manifest).equals(name.manifestSha256())) {
      throw new DamagedException(where + " is not the one that was written last");
    }
    return Manifest.FORMAT.read(manifest, where);
  }

  /**
   * What a pointer says; one that is cut short leaves the other one. One that is newer, or cannot
   * be read now, is an error: to pass over it could mean to begin anew.
   */
  private Optional<Name> pointer(String slot) {
    try {
      return files.findText(slot).map(json -> POINTER.read(json, files.directory() + "/" + slot));
    } catch (DamagedException e) {
      log.warn("A pointer to a checkpoint is passed over: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private String slot(long sequence) {
    return pointerName(sequence % kept);
  }

  private static String pointerName(long place) {
    return "newest-" + place + ".json";
  }
}
