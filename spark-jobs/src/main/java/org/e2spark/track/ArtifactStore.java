package org.e2spark.track;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where a run's files go. */
interface ArtifactStore {

  /**
   * Sends a file.
   *
   * @param path below the run's root, parts apart by slashes
   */
  void put(String path, Path file) throws IOException;

  /**
   * A server's own store.
   *
   * @param root of the run's files, as the server told it
   * @throws IOException if the server keeps them elsewhere
   */
  static ArtifactStore ofServer(MlflowServer server, String root) throws IOException {
    String place = root.replaceFirst("^mlflow-artifacts:(//[^/]*)?/", "");
    if (place.equals(root)) {
      throw new IOException(
          "Artifacts of this server are at "
              + root
              + ": it must keep them itself, as mlflow server does unless told otherwise");
    }
    return (path, file) -> {
      String escaped =
          Arrays.stream((place + "/" + path).split("/"))
              .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
              .collect(Collectors.joining("/"));
      server.put(escaped, file);
    };
  }

  /** The cloud's storage that a workspace of Databricks has, by addresses signed for each file. */
  static ArtifactStore signed(MlflowServer server, String run) {
    return (path, file) -> {
      JsonNode place =
          server
              .post("artifacts/credentials-for-write", Map.of("run_id", run, "path", List.of(path)))
              .at("/credential_infos/0");
      String uri = place.path("signed_uri").asText();
      String type = place.path("type").asText();
      BodyPublisher content = BodyPublishers.ofFile(file);
      switch (type) {
        case "AWS_PRESIGNED_URL", "GCP_SIGNED_URL" -> server.send(signed(place, uri).PUT(content));
        case "AZURE_SAS_URI" ->
            server.send(signed(place, uri).header("x-ms-blob-type", "BlockBlob").PUT(content));
        case "AZURE_ADLS_GEN2_SAS_URI" -> {
          server.send(signed(place, uri + "&resource=file").PUT(BodyPublishers.noBody()));
          String append = uri + "&action=append&position=0";
          server.send(signed(place, append).method("PATCH", content));
          String flush = uri + "&action=flush&position=" + Files.size(file);
          server.send(signed(place, flush).method("PATCH", BodyPublishers.noBody()));
        }
        default ->
            throw new IOException("Artifacts of this workspace are of a kind unknown: " + type);
      }
    };
  }

  private static HttpRequest.Builder signed(JsonNode place, String uri) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri)).timeout(MlflowServer.ANSWER);
    for (JsonNode header : place.path("headers")) {
      request.header(header.path("name").asText(), header.path("value").asText());
    }
    return request;
  }
}
