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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.e2spark.events.TrainEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The managed MLflow of a workspace is found, and gets what other servers do. */
class DatabricksWorkspaceTest {

  private static final String NO_RUNTIME = "no.such.Class";

  /** What the runtime of a cluster has: a token that changes. */
  public static final class ClusterSettings extends HashMap<String, String> {
    private static final long serialVersionUID = 1L;
    private transient int asked;

    @Override
    public String get(Object key) {
      return key.equals("host") ? "one.example/" : "token-" + asked++;
    }
  }

  @TempDir private Path folder;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String address;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    address = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Map<String, String> environment(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABRICKS_CONFIG_FILE", folder.resolve("config").toString());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  @Test
  void itIsMeantByItsNameOrOnItsClusters() {
    assertThat(DatabricksWorkspace.isMeant("databricks", Map.of())).isTrue();
    assertThat(DatabricksWorkspace.isMeant("databricks://own", Map.of())).isTrue();
    assertThat(DatabricksWorkspace.isMeant("", Map.of("DATABRICKS_RUNTIME_VERSION", "17.3")))
        .isTrue();
    assertThat(
            DatabricksWorkspace.isMeant(
                "http://a.example", Map.of("DATABRICKS_RUNTIME_VERSION", "17.3")))
        .isFalse();
    assertThat(DatabricksWorkspace.isMeant("", Map.of())).isFalse();
  }

  @Test
  void theRuntimeTellsItAndRenewsItsToken() {
    DatabricksWorkspace found =
        DatabricksWorkspace.of("", environment(), ClusterSettings.class.getName()).orElseThrow();
    assertThat(found.address()).isEqualTo("https://one.example");
    assertThat(found.token()).isNotEqualTo(found.token());
    assertThat(DatabricksWorkspace.of("", environment(), NO_RUNTIME)).isEmpty();
  }

  @Test
  void variablesGoBeforeProfilesAndAProfileIsTakenByName() throws IOException {
    Files.writeString(
        folder.resolve("config"),
        "[DEFAULT]\nhost = https://default.example\ntoken = d\n\n[own]\nhost=https://own.example/\n"
            + "token=o\n[half]\nhost = https://half.example\n");
    assertThat(found("databricks", environment())).isEqualTo("https://default.example d");
    assertThat(found("databricks://own", environment())).isEqualTo("https://own.example o");
    Map<String, String> named =
        environment("DATABRICKS_HOST", "named.example", "DATABRICKS_TOKEN", "n");
    assertThat(found("databricks", named)).isEqualTo("https://named.example n");
    assertThat(found("databricks://own", named)).isEqualTo("https://own.example o");
    assertThatThrownBy(() -> found("databricks://half", environment()))
        .hasMessageContaining("[half]")
        .hasMessageContaining(folder.resolve("config").toString());
  }

  @Test
  void whatIsAskedForAndNotThereIsRefused() {
    assertThatThrownBy(() -> found("databricks", environment()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set DATABRICKS_HOST and DATABRICKS_TOKEN");
  }

  private static String found(String uri, Map<String, String> environment) {
    DatabricksWorkspace found = DatabricksWorkspace.of(uri, environment, NO_RUNTIME).orElseThrow();
    return found.address() + " " + found.token();
  }

  private MlflowRun managed(String... more) {
    Map<String, String> environment = environment(more);
    environment.put("MLFLOW_TRACKING_URI", "databricks");
    environment.put("DATABRICKS_HOST", address);
    environment.put("DATABRICKS_TOKEN", "secret");
    return MlflowRun.of(environment, "named", Duration.ofSeconds(30));
  }

  private void answer(HttpExchange exchange, String kind) throws IOException {
    String path = exchange.getRequestURI().toString();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String who = exchange.getRequestHeaders().getFirst("Authorization");
    String header = exchange.getRequestHeaders().getFirst("x-signed");
    calls.add(exchange.getRequestMethod() + " " + path + " " + who + " " + header + " " + body);
    String said =
        path.contains("credentials-for-write")
            ? "{\"credential_infos\": [{\"type\": \"KIND\", \"signed_uri\": \"ADDRESS/cloud?s=1\","
                + " \"headers\": [{\"name\": \"x-signed\", \"value\": \"yes\"}]}]}"
            : "{\"run\": {\"info\": {\"run_id\": \"r\", \"artifact_uri\":"
                + " \"dbfs:/databricks/mlflow-tracking/7/r/artifacts\"}}}";
    byte[] bytes =
        said.replace("KIND", kind).replace("ADDRESS", address).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_PRESIGNED_URL,PUT /cloud?s=1 null yes a model",
    "GCP_SIGNED_URL,PUT /cloud?s=1 null yes a model",
    "AZURE_SAS_URI,PUT /cloud?s=1 null yes a model",
    "AZURE_ADLS_GEN2_SAS_URI,PATCH /cloud?s=1&action=append&position=0 null yes a model"
  })
  void filesGoToTheCloudByAddressesThatAreSigned(String kind, String call) {
    server.createContext("/", exchange -> answer(exchange, kind));
    try (MlflowRun run = managed("MLFLOW_EXPERIMENT_ID", "7")) {
      assertThat(run.isManaged()).isTrue();
      run.happened(new TrainEvent.Configured(Map.of("epochs", "2"), Map.of()));
      run.finished(
          files -> {
            Files.createDirectory(files.resolve("model"));
            Files.writeString(files.resolve("model/MLmodel"), "a model");
          },
          ModelName.NONE);
    }
    assertThat(calls.get(0)).contains("runs/create", "Bearer secret", "\"experiment_id\":\"7\"");
    assertThat(String.join("\n", calls))
        .contains("\"run_id\":\"r\"", "\"path\":[\"model/MLmodel\"]", "FINISHED");
    assertThat(calls).contains(call);
    assertThat(calls)
        .filteredOn(each -> each.contains("/cloud"))
        .noneMatch(each -> each.contains("secret"));
    if (kind.contains("GEN2")) {
      assertThat(calls)
          .contains("PUT /cloud?s=1&resource=file null yes ")
          .contains("PATCH /cloud?s=1&action=flush&position=7 null yes ");
    }
  }

  @Test
  void withoutANameARunIsInTheSharedExperiment() {
    server.createContext("/", exchange -> answer(exchange, ""));
    try (MlflowRun run = managed()) {
      run.happened(new TrainEvent.Configured(Map.of(), Map.of()));
    }
    assertThat(calls.get(0)).contains("get-by-name?experiment_name=%2FShared%2Fe2spark");
  }
}
