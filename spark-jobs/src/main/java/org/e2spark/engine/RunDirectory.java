package org.e2spark.engine;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.DamagedException;
import org.e2spark.checkpoint.Json;
import org.e2spark.checkpoint.VerifiedDirectory;
import org.e2spark.checkpoint.VersionedFormat;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one run: {@code run.json} (what was asked, and where it comes from), {@code
 * checkpoints/}, {@code best/} (the weights that did best in validation), {@code model/}.
 */
public final class RunDirectory {

  private static final Logger log = LoggerFactory.getLogger(RunDirectory.class);

  private static final String MODEL = "model";

  private static final int KEPT = 2;
  private static final String METRICS = "metrics.json";

  private final Path path;
  private final Configuration configuration;
  private final int kept;
  private final VerifiedDirectory files;

  RunDirectory(String path, Configuration configuration) {
    this(path, configuration, KEPT);
  }

  /**
   * @param kept how many of the newest checkpoints are kept
   */
  RunDirectory(String path, Configuration configuration, int kept) {
    this.kept = kept;
    this.path = new Path(path);
    this.configuration = configuration;
    this.files = new VerifiedDirectory(this.path, configuration);
  }

  /**
   * What was asked of a run, and with what.
   *
   * @param options that the result depends on
   * @param sourceFingerprint of the data
   * @param provenance versions, machine and so on
   */
  record Run(TrainOptions options, String sourceFingerprint, Map<String, String> provenance) {
    static final VersionedFormat<Run> FORMAT =
        VersionedFormat.of("run.json", Run.class, RunUpgrades::namesBecomeValues);

    /** Whether two runs are meant to give the same result. */
    boolean isSame(Run other) {
      return options.withData("").equals(other.options.withData(""))
          && sourceFingerprint.equals(other.sourceFingerprint);
    }
  }

  Path path() {
    return path;
  }

  /** The checkpoints of this run. */
  RunCheckpoints checkpoints() {
    return new RunCheckpoints(new Path(path, "checkpoints"), configuration, kept);
  }

  /**
   * The best weights of this run. One is written before each checkpoint that counts it, at most;
   * one more is kept than of those, so that the best of any of them is there.
   */
  RunCheckpoints best() {
    return new RunCheckpoints(new Path(path, "best"), configuration, kept + 1);
  }

  /** The model's directory that a path means: itself, or that of the run that is there. */
  public static Path modelIn(Path path, Configuration configuration) {
    Path inside = new Path(path, MODEL);
    return !SavedModel.isIn(path, configuration) && SavedModel.isIn(inside, configuration)
        ? inside
        : path;
  }

  Path model() {
    return new Path(path, MODEL);
  }

  /**
   * Makes the directory this run's, or finds that it is.
   *
   * @throws RequirementException when it holds something else
   */
  void claim(Run run) {
    Optional<Run> before;
    try {
      before = readRun();
    } catch (DamagedException e) {
      if (checkpoints().newest().isPresent()) {
        throw new RequirementException(
            e.getMessage() + ", but there are checkpoints: choose another --out", e);
      }
      log.warn(
          "{}: it was cut short before the training began, and is written anew", e.getMessage());
      write(run);
      return;
    }
    if (before.isPresent() && !before.get().isSame(run)) {
      throw new RequirementException(
          path
              + " holds a run with other options or data ("
              + Json.line(before.get().options())
              + "): choose another --out, or delete it");
    }
    if (before.isEmpty()) {
      requireEmpty();
      write(run);
    }
  }

  Optional<Run> readRun() {
    return read(Run.FORMAT);
  }

  private void requireEmpty() {
    try {
      FileSystem system = path.getFileSystem(configuration);
      if (system.exists(path)) {
        for (FileStatus status : system.listStatus(path)) {
          if (!status.getPath().getName().equals(RunLease.FILE)) {
            throw new RequirementException(
                path + " exists and is no run of e2spark: choose another --out");
          }
        }
      }
    } catch (IOException e) {
      throw new RequirementException("Cannot use " + path + ": " + e.getMessage(), e);
    }
  }

  /** Writes one entry for each epoch, for people and their tools; nothing else needs it. */
  void writeMetrics(TrainState state) {
    try {
      files.write(METRICS, Json.write(state.history()));
    } catch (CheckpointException e) {
      log.warn("The model is saved, but not the metrics: {}", e.getMessage());
    }
  }

  /** One of the directory's own small files, if it is there. */
  <T> Optional<T> read(VersionedFormat<T> format) {
    return files.find(format.name()).map(bytes -> format.read(bytes, path + "/" + format.name()));
  }

  private void write(Run run) {
    files.write(Run.FORMAT.name(), Run.FORMAT.write(run));
  }

  void write(String name, String text) {
    files.write(name, text);
  }
}
