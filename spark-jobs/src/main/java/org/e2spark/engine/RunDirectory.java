package org.e2spark.engine;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.checkpoint.Json;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;

/**
 * The directory of one run: {@code run.json} (what was asked, and where it comes from), {@code
 * checkpoints/}, {@code model/}.
 */
public final class RunDirectory {

  public static final String MODEL = "model";

  private static final String RUN = "run.json";
  private static final String METRICS = "metrics.json";

  private final Path path;
  private final Configuration configuration;

  RunDirectory(String path, Configuration configuration) {
    this.path = new Path(path);
    this.configuration = configuration;
  }

  /**
   * What was asked of a run, and with what.
   *
   * @param options that the result depends on
   * @param sourceFingerprint of the data
   * @param provenance versions, machine and so on
   */
  record Run(TrainOptions options, String sourceFingerprint, Map<String, String> provenance) {
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
    return new RunCheckpoints(new Path(path, "checkpoints"), configuration);
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
    Optional<Run> before = readRun();
    if (before.isPresent() && !before.get().isSame(run)) {
      throw new RequirementException(
          path
              + " holds a run with other options or data ("
              + Json.line(before.get().options())
              + "): choose another --out, or delete it");
    }
    if (before.isEmpty()) {
      requireEmpty();
      write(RUN, Json.write(run));
    }
  }

  Optional<Run> readRun() {
    Path file = new Path(path, RUN);
    try (InputStream in = file.getFileSystem(configuration).open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(Json.read(text, Run.class, file.toString()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new RequirementException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private void requireEmpty() {
    try {
      FileSystem system = path.getFileSystem(configuration);
      if (system.exists(path) && system.listStatus(path).length > 0) {
        throw new RequirementException(
            path + " exists and is no run of e2spark: choose another --out");
      }
    } catch (IOException e) {
      throw new RequirementException("Cannot use " + path + ": " + e.getMessage(), e);
    }
  }

  void writeMetrics(TrainState state) {
    write(METRICS, Json.write(state.history()));
  }

  private void write(String name, String text) {
    Path file = new Path(path, name);
    try (OutputStream out = file.getFileSystem(configuration).create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new RequirementException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
