package org.e2spark.track;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workspace of Databricks whose managed MLflow is meant: the one that a cluster of Databricks
 * belongs to, or the one that {@code MLFLOW_TRACKING_URI} names by {@code databricks} or {@code
 * databricks://PROFILE}.
 *
 * <p>It is found as MLflow's own clients find it: {@code DATABRICKS_HOST} and {@code
 * DATABRICKS_TOKEN}; then what the runtime of a cluster tells, whose token changes with time; then
 * a profile of {@code ~/.databrickscfg}.
 */
final class DatabricksWorkspace {

  private static final Logger log = LoggerFactory.getLogger(DatabricksWorkspace.class);

  /** A map of the runtime's own, in JVMs of Databricks. */
  private static final String RUNTIME = "com.databricks.config.DatabricksClientSettingsProvider";

  private static final String NAME = "databricks";
  private static final String PROFILE = "databricks://";
  private static final String HOST = "host";
  private static final String TOKEN = "token";

  private final Map<String, String> settings;

  private DatabricksWorkspace(Map<String, String> settings) {
    this.settings = settings;
  }

  /** Whether one is meant by a tracking URI, or without one by where this JVM runs. */
  static boolean isMeant(String uri, Map<String, String> environment) {
    return uri.isEmpty()
        ? environment.containsKey("DATABRICKS_RUNTIME_VERSION")
        : uri.equals(NAME) || uri.startsWith(PROFILE);
  }

  /**
   * Finds it.
   *
   * @param uri may be empty on a cluster of Databricks, where none need be found
   * @throws IllegalArgumentException if the URI asks for one, and there is none
   */
  static Optional<DatabricksWorkspace> of(String uri, Map<String, String> environment) {
    return of(uri, environment, RUNTIME);
  }

  static Optional<DatabricksWorkspace> of(
      String uri, Map<String, String> environment, String runtime) {
    String profile = uri.startsWith(PROFILE) ? uri.substring(PROFILE.length()) : "";
    Path file =
        Path.of(
            environment.getOrDefault(
                "DATABRICKS_CONFIG_FILE",
                Path.of(System.getProperty("user.home"), ".databrickscfg").toString()));
    List<Supplier<Map<String, String>>> places =
        profile.isEmpty()
            ? List.of(
                () -> ofEnvironment(environment),
                () -> ofRuntime(runtime),
                () -> ofProfile("DEFAULT", file))
            : List.of(() -> ofProfile(profile, file));
    for (Supplier<Map<String, String>> place : places) {
      Map<String, String> found = place.get();
      if (found.get(HOST) != null && found.get(TOKEN) != null) {
        return Optional.of(new DatabricksWorkspace(found));
      }
    }
    String missing =
        profile.isEmpty()
            ? "set DATABRICKS_HOST and DATABRICKS_TOKEN, or write host and token into " + file
            : "write host and token under [" + profile + "] into " + file;
    if (!uri.isEmpty()) {
      throw new IllegalArgumentException("MLFLOW_TRACKING_URI is " + uri + ": " + missing);
    }
    log.warn("The training is no run of MLflow, whose workspace is not known: {}", missing);
    return Optional.empty();
  }

  private static Map<String, String> ofEnvironment(Map<String, String> environment) {
    Map<String, String> found = new HashMap<>();
    found.put(HOST, environment.get("DATABRICKS_HOST"));
    found.put(TOKEN, environment.get("DATABRICKS_TOKEN"));
    return found;
  }

  @SuppressWarnings("unchecked") // the runtime's contract with MLflow's own client for Java
  private static Map<String, String> ofRuntime(String name) {
    try {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return (Map<String, String>)
          Class.forName(name, true, context).getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      return Map.of();
    } catch (ReflectiveOperationException | ClassCastException e) {
      log.warn("The runtime of Databricks does not tell its workspace", e);
      return Map.of();
    }
  }

  /** The settings below the heading {@code [profile]}. */
  private static Map<String, String> ofProfile(String profile, Path file) {
    Map<String, String> found = new HashMap<>();
    if (!Files.isRegularFile(file)) {
      return found;
    }
    try {
      boolean inside = false;
      for (String line : Files.readAllLines(file)) {
        String text = line.strip();
        int equals = text.indexOf('=');
        if (text.startsWith("[")) {
          inside = text.equals("[" + profile + "]");
        } else if (inside && equals > 0) {
          found.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot read " + file + ": " + e.getMessage(), e);
    }
    return found;
  }

  /** Of its REST interface. */
  String address() {
    String host = settings.get(HOST);
    return (host.contains("://") ? host : "https://" + host).replaceAll("/+$", "");
  }

  /** For the next request. */
  String token() {
    return settings.get(TOKEN);
  }
}
