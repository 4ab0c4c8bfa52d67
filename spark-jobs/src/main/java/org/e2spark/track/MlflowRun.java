package org.e2spark.track;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.interchange.UnfinishedFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training as a run of MLflow: options as params, losses and accuracies as metrics by samples
 * seen, files as artifacts.
 *
 * <p>Everything is sent by a thread of its own. A server that is slow loses the oldest of what
 * waits, one that fails is given up after three failures in a row; the training hears of neither.
 */
public final class MlflowRun implements TrainListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MlflowRun.class);

  private static final int WAITING = 1000;
  private static final int BATCH = 500;
  private static final int PARAMS = 100;
  private static final int LONGEST_PARAM = 500;
  private static final int FAILURES = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final MlflowServer server;
  private final Map<String, String> environment;
  private final String name;
  private final Duration patience;
  private final Clock clock;
  private final ThreadPoolExecutor sender;
  private final AtomicLong dropped = new AtomicLong();

  // Of the sender's thread alone.
  private final List<Map<String, Object>> metrics = new ArrayList<>();
  private String id;
  private String root;
  private int failures;

  private volatile boolean isFinished;

  private MlflowRun(
      MlflowServer server,
      Map<String, String> environment,
      String name,
      Duration patience,
      Clock clock) {
    this.server = server;
    this.environment = environment;
    this.name = name;
    this.patience = patience;
    this.clock = clock;
    this.sender =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, "e2spark-mlflow");
              thread.setDaemon(true);
              return thread;
            },
            (task, full) -> drop(task, full));
  }

  /**
   * A run on the server that {@code MLFLOW_TRACKING_URI} names, or on that of the workspace that
   * this JVM's cluster belongs to, in {@code MLFLOW_EXPERIMENT_ID} or {@code
   * MLFLOW_EXPERIMENT_NAME}; one that does nothing where there is none.
   *
   * @param name of the run
   * @throws IllegalArgumentException if the variable names no server
   */
  public static MlflowRun of(Map<String, String> environment, String name) {
    return of(environment, name, PATIENCE);
  }

  /**
   * As {@link #of(Map, String)}.
   *
   * @param patience how long the end waits for the server
   */
  static MlflowRun of(Map<String, String> environment, String name, Duration patience) {
    MlflowServer server = MlflowServer.of(environment).orElse(null);
    return new MlflowRun(server, environment, name, patience, Clock.systemUTC());
  }

  /** Whether there is a server. */
  public boolean isActive() {
    return server != null;
  }

  /** Whether it is the managed one of Databricks, to which models are not registered from here. */
  public boolean isManaged() {
    return server != null && server.isManaged();
  }

  @Override
  public void happened(TrainEvent event) {
    if (event instanceof TrainEvent.Configured configured) {
      send("begin", () -> begin(configured));
    } else if (event instanceof TrainEvent.Progressed now) {
      measured(
          now.samples(), Map.of("running_loss", now.loss(), "running_accuracy", now.accuracy()));
    } else if (event instanceof TrainEvent.EpochFinished finished) {
      EpochMetrics epoch = finished.metrics();
      measured(
          epoch.samples(),
          Map.of(
              "loss",
              epoch.loss(),
              "accuracy",
              epoch.accuracy(),
              "images_per_second",
              epoch.imagesPerSecond()));
    } else if (event instanceof TrainEvent.Validated validated) {
      ValidationMetrics seen = validated.metrics();
      measured(seen.samples(), Map.of("val_loss", seen.loss(), "val_accuracy", seen.accuracy()));
    }
  }

  /**
   * Sends what a training has left, and ends the run well.
   *
   * @param artifacts whose files get the same names on the server
   * @param model what is registered, the artifacts below {@code model} being it
   */
  public void finished(Artifacts artifacts, ModelName model) {
    isFinished = true;
    sendOfRun(
        "send the model",
        () -> {
          Path folder = Files.createTempDirectory("e2spark-mlflow");
          try {
            artifacts.write(folder);
            upload(folder);
            register(model);
          } finally {
            UnfinishedFolder.delete(folder);
          }
        });
  }

  private void begin(TrainEvent.Configured configured) throws IOException {
    String parent = experiment();
    var info =
        server
            .post(
                "runs/create",
                Map.of("experiment_id", parent, "run_name", name, "start_time", clock.millis()))
            .at("/run/info");
    id = info.path("run_id").asText();
    root = info.path("artifact_uri").asText();
    Map<String, String> all = new LinkedHashMap<>(configured.options());
    configured.run().forEach((key, value) -> all.putIfAbsent("run." + key, value));
    List<Map<String, String>> params =
        all.entrySet().stream()
            .map(entry -> Map.of("key", plain(entry.getKey()), "value", cut(entry)))
            .toList();
    for (int from = 0; from < params.size(); from += PARAMS) {
      server.post(
          "runs/log-batch",
          Map.of(
              "run_id",
              id,
              "params",
              params.subList(from, Math.min(from + PARAMS, params.size()))));
    }
    log.info("MLflow run {} of experiment {}", id, parent);
  }

  /** The id of the experiment, which is made if there is none of its name. */
  private String experiment() throws IOException {
    String given = environment.get("MLFLOW_EXPERIMENT_ID");
    if (given != null) {
      return given;
    }
    String called = environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", server.defaultExperiment());
    try {
      return server
          .get("experiments/get-by-name", "experiment_name", called)
          .at("/experiment/experiment_id")
          .asText();
    } catch (MlflowServer.RefusedException e) {
      if (!e.says("RESOURCE_DOES_NOT_EXIST")) {
        throw e;
      }
      return server
          .post("experiments/create", Map.of("name", called))
          .path("experiment_id")
          .asText();
    }
  }

  /** As much of a value as MLflow takes. */
  private static String cut(Map.Entry<String, String> param) {
    String value = param.getValue();
    if (value.length() <= LONGEST_PARAM) {
      return value;
    }
    log.warn(
        "MLflow: param {} has {} characters, of which it gets {}",
        param.getKey(),
        value.length(),
        LONGEST_PARAM);
    return value.substring(0, LONGEST_PARAM);
  }

  /** The name with what MLflow allows in names. */
  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9_. /-]", "_");
  }

  private void measured(long samples, Map<String, Double> values) {
    long time = clock.millis();
    sendOfRun(
        "send metrics",
        () -> {
          values.forEach(
              (key, value) ->
                  metrics.add(
                      Map.of("key", key, "value", value, "timestamp", time, "step", samples)));
          // What was measured while the last request was on its way goes in one.
          if (sender.getQueue().isEmpty() || metrics.size() >= BATCH) {
            flush();
          }
        });
  }

  private void flush() throws IOException {
    if (!metrics.isEmpty()) {
      List<Map<String, Object>> batch = List.copyOf(metrics);
      metrics.clear();
      server.post("runs/log-batch", Map.of("run_id", id, "metrics", batch));
    }
  }

  private void upload(Path folder) throws IOException {
    ArtifactStore store = server.artifacts(id, root);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        store.put(folder.relativize(file).toString().replace('\\', '/'), file);
      }
    }
  }

  private void register(ModelName model) throws IOException {
    if (!model.isGiven()) {
      return;
    }
    try {
      server.post("registered-models/create", Map.of("name", model.name()));
    } catch (MlflowServer.RefusedException e) {
      if (!e.says("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
    String version =
        server
            .post(
                "model-versions/create",
                Map.of("name", model.name(), "source", root + "/model", "run_id", id))
            .at("/model_version/version")
            .asText();
    if (!model.alias().isEmpty()) {
      server.post(
          "registered-models/alias",
          Map.of("name", model.name(), "alias", model.alias(), "version", version));
    }
    log.info("Registered {} as version {}", model, version);
  }

  /** Writes files into an empty folder. */
  public interface Artifacts {
    /** Writes them. */
    void write(Path folder) throws IOException;
  }

  private interface Call {
    void run() throws IOException;
  }

  private void send(String what, Call call) {
    if (server != null) {
      sender.execute(() -> tryTo(what, call));
    }
  }

  /** Sends what belongs to the run, which the server may have refused to begin. */
  private void sendOfRun(String what, Call call) {
    send(
        what,
        () -> {
          if (id != null) {
            call.run();
          }
        });
  }

  private void tryTo(String what, Call call) {
    if (failures >= FAILURES) {
      return;
    }
    try {
      call.run();
      failures = 0;
    } catch (IOException | RuntimeException e) {
      failures++;
      log.warn(
          "MLflow: could not {}{}: {}",
          what,
          failures < FAILURES ? "" : ", and no more is tried",
          e.toString());
    }
  }

  private void drop(Runnable task, ThreadPoolExecutor full) {
    if (full.isShutdown()) {
      throw new RejectedExecutionException("This run has ended");
    }
    full.getQueue().poll();
    if (dropped.getAndIncrement() == 0) {
      log.warn("MLflow does not keep up: the oldest of what waits is dropped");
    }
    full.execute(task);
  }

  /** Ends the run, as failed where {@link #finished} was not called, and waits within limits. */
  @Override
  public void close() {
    sendOfRun(
        "end the run",
        () -> {
          flush();
          server.post(
              "runs/update",
              Map.of(
                  "run_id",
                  id,
                  "status",
                  isFinished ? "FINISHED" : "FAILED",
                  "end_time",
                  clock.millis()));
        });
    sender.shutdown();
    try {
      if (!sender.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("MLflow has not taken all within {} s and is left alone", patience.toSeconds());
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
    if (dropped.get() > 0) {
      log.warn("MLflow: {} events were dropped in all", dropped.get());
    }
  }
}
