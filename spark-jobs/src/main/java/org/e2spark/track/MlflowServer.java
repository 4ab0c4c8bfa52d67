package org.e2spark.track;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.e2spark.checkpoint.Json;

/**
 * A server's REST interface.
 *
 * @see <a href="https://mlflow.org/docs/latest/api_reference/rest-api.html">MLflow REST API</a>
 */
final class MlflowServer {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  static final Duration ANSWER = Duration.ofSeconds(20);
  private static final int FIRST_REFUSAL = 300;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final String address;
  private final Supplier<Optional<String>> authorization;
  private final boolean managed;

  private MlflowServer(String address, Supplier<Optional<String>> authorization, boolean managed) {
    this.address = address;
    this.authorization = authorization;
    this.managed = managed;
  }

  /**
   * The server that MLflow's own environment variables name; without {@code MLFLOW_TRACKING_URI}
   * the managed one of Databricks on its clusters, and none elsewhere.
   *
   * @throws IllegalArgumentException if that is no address of a server
   */
  static Optional<MlflowServer> of(Map<String, String> environment) {
    String uri = environment.getOrDefault("MLFLOW_TRACKING_URI", "").strip();
    if (DatabricksWorkspace.isMeant(uri, environment)) {
      return DatabricksWorkspace.of(uri, environment).map(MlflowServer::managed);
    }
    if (uri.isEmpty()) {
      return Optional.empty();
    }
    if (!uri.startsWith("http://") && !uri.startsWith("https://")) {
      throw new IllegalArgumentException(
          "Invalid MLFLOW_TRACKING_URI: "
              + uri
              + " (must begin with http:// or https://, or be databricks)");
    }
    Optional<String> fixed = authorization(environment);
    return Optional.of(new MlflowServer(uri.replaceAll("/+$", ""), () -> fixed, false));
  }

  private static MlflowServer managed(DatabricksWorkspace workspace) {
    return new MlflowServer(
        workspace.address(), () -> Optional.of("Bearer " + workspace.token()), true);
  }

  /** Whether it is the managed one of a workspace of Databricks. */
  boolean isManaged() {
    return managed;
  }

  /** The name of the experiment for runs that are given none. */
  String defaultExperiment() {
    return managed ? "/Shared/e2spark" : "Default";
  }

  /**
   * Where a run's files go.
   *
   * @param root of them, as the server told it
   * @throws IOException if nothing can be sent there
   */
  ArtifactStore artifacts(String run, String root) throws IOException {
    return managed ? ArtifactStore.signed(this, run) : ArtifactStore.ofServer(this, root);
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    if (token != null) {
      return Optional.of("Bearer " + token);
    }
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    if (user == null) {
      return Optional.empty();
    }
    String both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    return Optional.of(
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
  }

  /** Asks for something by name. */
  ObjectNode get(String method, String name, String value) throws IOException {
    String query = name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return json(send(request("/api/2.0/mlflow/" + method + "?" + query).GET()));
  }

  /** Calls a method with a body of JSON. */
  ObjectNode post(String method, Map<String, ?> body) throws IOException {
    return json(
        send(
            request("/api/2.0/mlflow/" + method)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.line(body)))));
  }

  /**
   * Sends a file to the server's own store.
   *
   * @param path below its root, escaped
   */
  void put(String path, Path file) throws IOException {
    send(
        request("/api/2.0/mlflow-artifacts/artifacts/" + path)
            .PUT(HttpRequest.BodyPublishers.ofFile(file)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER);
    authorization.get().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private ObjectNode json(String answer) {
    return Json.read(
        answer.isBlank() ? "{}" : answer, ObjectNode.class, "The answer of " + address);
  }

  /**
   * Sends a request to whatever server.
   *
   * @return the answer
   * @throws RefusedException if it is no success
   */
  String send(HttpRequest.Builder builder) throws IOException {
    HttpRequest request = builder.build();
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
    if (response.statusCode() >= FIRST_REFUSAL) {
      throw new RefusedException(
          request.uri().getScheme()
              + "://"
              + request.uri().getAuthority()
              + " answers "
              + response.statusCode()
              + " to "
              + request.uri().getPath()
              + ": "
              + response.body());
    }
    return response.body();
  }

  /** The server has answered that it will not. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }

    boolean says(String code) {
      return getMessage().contains(code);
    }
  }
}
