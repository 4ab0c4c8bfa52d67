package org.e2spark.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;
import org.e2spark.events.TrainEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a run behaves with servers of every kind; a real one is in {@code .ci/tracked.py}. */
class MlflowRunTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TrainEvent CONFIGURED =
      new TrainEvent.Configured(Map.of("epochs", "2"), Map.of("workers", "4"));

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch opened = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  @AfterEach
  void stop() {
    opened.countDown();
    server.stop(0);
  }

  private MlflowRun run(Duration patience) {
    String uri = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    return MlflowRun.of(Map.of("MLFLOW_TRACKING_URI", uri), "named", patience);
  }

  private static TrainEvent epoch(int index, long samples) {
    return new TrainEvent.EpochFinished(
        new EpochMetrics(index, samples, 0.5, 0.75, 10, TimeShares.UNKNOWN, List.of()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    calls.add(exchange.getRequestMethod() + " " + path + " " + body);
    boolean missing = path.endsWith("get-by-name");
    String said =
        missing
            ? "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}"
            : "{\"experiment_id\": \"7\", \"model_version\": {\"version\": \"3\"}, \"run\": {\"info\": {"
                + "\"run_id\": \"r\", \"artifact_uri\": \"mlflow-artifacts:/7/r/artifacts\"}}}";
    byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(missing ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void aRunIsToldFromItsOptionsToItsModel() {
    server.createContext("/", this::answer);
    AtomicReference<Path> sent = new AtomicReference<>();
    try (MlflowRun run = run(PATIENCE)) {
      run.happened(CONFIGURED);
      run.happened(epoch(0, 100));
      run.happened(epoch(1, 200));
      run.finished(
          folder -> {
            sent.set(folder);
            Files.createDirectory(folder.resolve("model"));
            Files.writeString(folder.resolve("model/MLmodel"), "a model");
          },
          ModelName.of("kinds@champion"));
    }
    assertThat(calls.get(1))
        .isEqualTo("POST /api/2.0/mlflow/experiments/create {\"name\":\"Default\"}");
    assertThat(calls.get(2)).contains("runs/create", "\"experiment_id\":\"7\"", "\"named\"");
    assertThat(calls.get(3)).contains("\"epochs\"", "run.workers");
    assertThat(String.join("\n", calls))
        .contains("\"step\":100", "\"step\":200", "images_per_second")
        .contains("PUT /api/2.0/mlflow-artifacts/artifacts/7/r/artifacts/model/MLmodel a model")
        .contains("mlflow-artifacts:/7/r/artifacts/model")
        .contains("registered-models/alias", "champion", "FINISHED");
    assertThat(sent.get()).doesNotExist();
  }

  @Test
  void aTrainingThatFailsIsAFailedRun() {
    server.createContext("/", this::answer);
    try (MlflowRun run = run(PATIENCE)) {
      run.happened(CONFIGURED);
    }
    assertThat(calls.get(calls.size() - 1)).contains("runs/update", "FAILED");
  }

  @Test
  void aServerThatNeverAnswersHoldsNobodyUp() {
    server.createContext(
        "/",
        exchange -> {
          calls.add("asked");
          try {
            opened.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    MlflowRun run = run(Duration.ofMillis(50));
    run.happened(CONFIGURED);
    for (int i = 0; i < 5_000; i++) {
      run.happened(epoch(i, i));
    }
    // Returns although nothing was answered; the test's own limit would end it otherwise.
    run.close();
    assertThat(calls).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aServerThatFailsIsGivenUp() {
    server.createContext(
        "/",
        exchange -> {
          calls.add("asked");
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    try (MlflowRun run = run(PATIENCE)) {
      for (int i = 0; i < 10; i++) {
        run.happened(CONFIGURED);
      }
    }
    assertThat(calls).hasSize(3);
  }

  @Test
  void withoutAnAddressNothingIsSentAndAWrongOneIsRefused() {
    try (MlflowRun run = MlflowRun.of(Map.of(), "named", PATIENCE)) {
      run.happened(CONFIGURED);
      assertThat(run.isActive()).isFalse();
    }
    assertThatThrownBy(
            () -> MlflowRun.of(Map.of("MLFLOW_TRACKING_URI", "file:///runs"), "named", PATIENCE))
        .hasMessageContaining("file:///runs")
        .hasMessageContaining("http://");
    assertThatThrownBy(() -> ModelName.of("kinds@")).hasMessageContaining("NAME@ALIAS");
  }
}
