package org.e2spark.data.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;
import org.e2spark.data.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard directory while it is being written.
 *
 * <p>{@code _preparing/job.json} says whose work this is; shards are written to temporary names in
 * {@code _preparing} and get their own when they are whole, together with a note of their checksum;
 * the manifest comes last and {@code _preparing} goes. So an interrupted job leaves nothing that
 * reads as complete, the same job takes up where it stopped, and another one is refused.
 */
public final class ShardOutput {
  private static final Logger log = LoggerFactory.getLogger(ShardOutput.class);
  private static final String WORK = "_preparing";
  private static final String JOB = "job.json";
  private static final int MAX_NOTE_BYTES = 1 << 20;

  private final Path directory;
  private final FileSystem fs;

  private ShardOutput(Path directory, FileSystem fs) {
    this.directory = directory;
    this.fs = fs;
  }

  /**
   * Takes a directory for a job, new or interrupted.
   *
   * @param identity what the job will write, without its splits
   * @throws OutputConflictException if the directory holds anything but this very job's work
   */
  public static ShardOutput claim(
      Path directory, Configuration configuration, ShardManifest identity) throws IOException {
    ShardOutput output = at(directory, configuration);
    byte[] mine = ManifestFile.identity(identity);
    Optional<ShardManifest> finished = output.finished();
    if (finished.isPresent()) {
      output.refuseUnlessSame("complete shards", ManifestFile.identity(finished.get()), mine);
      return output;
    }
    Path job = output.work(JOB);
    Optional<byte[]> other = output.read(job);
    if (other.isPresent()) {
      output.refuseUnlessSame("an interrupted preparation", other.get(), mine);
      log.info("Resuming the interrupted preparation of {}", directory);
    } else {
      output.refuseUnlessEmpty();
      output.fs.mkdirs(job.getParent());
      HadoopFiles.writeWhole(output.fs, job, mine);
    }
    return output;
  }

  /** Makes a new directory for a job that nobody will resume. */
  public static ShardOutput create(Path directory, Configuration configuration) throws IOException {
    ShardOutput output = at(directory, configuration);
    output.fs.mkdirs(new Path(directory, WORK));
    return output;
  }

  /** A directory that its job has claimed or created, seen from a task. */
  public static ShardOutput at(Path directory, Configuration configuration) throws IOException {
    return new ShardOutput(directory, UserPath.fileSystem(directory, configuration));
  }

  /** The manifest, if this directory is complete. */
  public Optional<ShardManifest> finished() throws IOException {
    Path path = new Path(directory, ShardManifest.FILE_NAME);
    Optional<byte[]> json = read(path, ManifestFile.MAX_BYTES);
    return json.map(bytes -> ManifestFile.parse(bytes, path.toString()));
  }

  /** What is known of the shards of these names that a job of this identity finished. */
  public Map<String, ShardSummary> finishedShards(Iterable<String> files, ShardManifest identity)
      throws IOException {
    Map<String, ShardSummary> summaries = new HashMap<>();
    for (String file : files) {
      Optional<byte[]> note = read(work(file + ".json"));
      Optional<ShardSummary> summary =
          note.flatMap(json -> ManifestFile.parseSummary(json, identity));
      if (summary.isPresent() && length(new Path(directory, file)) == summary.get().bytes()) {
        summaries.put(file, summary.get());
      }
    }
    return summaries;
  }

  /**
   * Opens a temporary file for one attempt to write a shard.
   *
   * @throws FileNotFoundException if the job has ended: a task that outlives it leaves nothing
   */
  public Attempt attempt(String file) throws IOException {
    Path work = new Path(directory, WORK);
    if (!fs.exists(work)) {
      throw new FileNotFoundException(
          Text.format(
              "%s is not there for shard %s: the job has ended, or its directory is on a disk that"
                  + " only the driver sees (it must be on storage that all machines share)",
              work, file));
    }
    Path temporary = work(file + "." + UUID.randomUUID() + ".tmp");
    return new Attempt(file, temporary, fs.create(temporary, false));
  }

  /** Publishes the manifest, which completes the directory. */
  public void publish(ShardManifest manifest) throws IOException {
    Path path = new Path(directory, ShardManifest.FILE_NAME);
    HadoopFiles.writeWhole(fs, path, ManifestFile.format(manifest));
    clean();
  }

  /** Removes what only an unfinished directory needs. */
  public void clean() throws IOException {
    fs.delete(new Path(directory, WORK), true);
  }

  /** One attempt to write a shard; several may race, and any of them may win. */
  public final class Attempt {
    private final String file;
    private final Path temporary;
    private final OutputStream stream;

    private Attempt(String file, Path temporary, OutputStream stream) {
      this.file = file;
      this.temporary = temporary;
      this.stream = stream;
    }

    /** Where the shard's bytes go. */
    public OutputStream stream() {
      return stream;
    }

    /** Gives the shard its name, once its stream is closed. */
    public void publish(ShardSummary summary) throws IOException {
      HadoopFiles.publish(fs, temporary, new Path(directory, file));
      HadoopFiles.writeWhole(
          fs, temporary.suffix(".json"), work(file + ".json"), ManifestFile.formatSummary(summary));
    }

    /** Removes the temporary file. */
    public void abandon() throws IOException {
      fs.delete(temporary, false);
    }
  }

  private void refuseUnlessSame(String what, byte[] theirs, byte[] mine) {
    String difference = ManifestFile.difference(theirs, mine);
    if (!difference.isEmpty()) {
      throw new OutputConflictException(
          Text.format(
              "Directory %s holds %s of another job (%s): delete it or choose another directory",
              directory, what, difference));
    }
  }

  /** A job killed while it claimed the directory leaves its own folder and nothing else. */
  private void refuseUnlessEmpty() throws IOException {
    try {
      for (FileStatus found : fs.listStatus(directory)) {
        if (!found.getPath().getName().equals(WORK)) {
          throw new OutputConflictException(
              Text.format(
                  "Directory %s is not empty (it holds %s): choose a new one",
                  directory, found.getPath().getName()));
        }
      }
    } catch (FileNotFoundException e) {
      log.debug("Making {}", directory);
    }
  }

  private Path work(String file) {
    return new Path(new Path(directory, WORK), file);
  }

  private Optional<byte[]> read(Path path) throws IOException {
    return read(path, MAX_NOTE_BYTES);
  }

  private Optional<byte[]> read(Path path, int limit) throws IOException {
    try (FSDataInputStream in = fs.open(path)) {
      return Optional.of(in.readNBytes(limit));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private long length(Path path) throws IOException {
    try {
      return fs.getFileStatus(path).getLen();
    } catch (FileNotFoundException e) {
      return -1;
    }
  }
}
