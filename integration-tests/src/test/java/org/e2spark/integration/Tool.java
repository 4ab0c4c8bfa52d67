package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.e2spark.data.task.ClassArchive;

/**
 * Runs {@code spark-jobs/bin/e2spark} as a user does: in processes of its own, of this JVM's
 * locale.
 */
final class Tool {
  private static final Duration LIMIT =
      Duration.ofMinutes(Integer.getInteger("e2spark.steps") == null ? 25 : 60);

  /** The checkout; tests run in the module's folder. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  /** This JVM's locale, and its options for a short life. */
  private static final String JAVA_OPTIONS =
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(option -> option.matches("(-Duser\\.|-XX:).*"))
          .collect(Collectors.joining(" "));

  private static final String LAUNCHER = ROOT.resolve("spark-jobs/bin/e2spark").toString();

  private Tool() {}

  /** What loads the Spark that the launcher makes at its first run sooner. */
  private static final class Sooner {
    private static final String JARS = ROOT.resolve("spark-jobs/target/spark-home/jars") + "/*";
    private static final String OPTIONS;

    static {
      Run first = end(process(Map.of(), List.of(LAUNCHER), "--version"), process -> line -> {});
      assertThat(first.exit()).as(first.all()).isZero();
      OPTIONS = String.join(" ", new ClassArchive(JARS, "").options());
    }
  }

  /** What a run left: exit code, lines of output and errors. */
  record Run(int exit, List<String> out, List<String> err) {
    /** Everything, for the message of a failed assertion. */
    String all() {
      return "exit " + exit + "\n" + String.join("\n", out) + "\n" + String.join("\n", err);
    }
  }

  static Run run(String... arguments) {
    return run(Map.of(), process -> line -> {}, arguments);
  }

  /** Makes what reads the error stream of a started process. */
  @FunctionalInterface
  interface Watcher {
    Consumer<String> watch(Process process);
  }

  /**
   * Runs the tool to its end.
   *
   * @param environment variables to add
   * @param watcher gets each line of the error stream, progress included, as it comes
   */
  static Run run(Map<String, String> environment, Watcher watcher, String... arguments) {
    return end(start(environment, arguments), watcher, arguments);
  }

  /** Runs the tool's main class in a JVM that no launcher has set up: no session can start. */
  static Run java(Map<String, String> environment, String... arguments) {
    Path target = ROOT.resolve("spark-jobs/target");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            target.resolve("e2spark-assembly.jar") + ":" + target.resolve("spark-home/jars/*"),
            "org.e2spark.cli.Main");
    return end(process(environment, command, arguments), process -> line -> {}, arguments);
  }

  private static Run end(Process process, Watcher watcher, String... arguments) {
    List<String> out = new ArrayList<>();
    List<String> err = new ArrayList<>();
    Consumer<String> onError = watcher.watch(process);
    var readers =
        CompletableFuture.allOf(
            read(process.getInputStream(), out::add),
            read(
                process.getErrorStream(),
                line -> {
                  if (!line.startsWith("Picked up JAVA_TOOL_OPTIONS")) {
                    err.add(line);
                    onError.accept(line);
                  }
                }));
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
        throw new AssertionError("Still running after " + LIMIT + ": " + List.of(arguments));
      }
    } catch (InterruptedException e) {
      process.toHandle().destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
    readers.join();
    return new Run(process.exitValue(), out, err);
  }

  /**
   * Starts the tool as a terminal does: leading a process group, and heeding the interrupt signal,
   * which builds in the background are made to ignore and would pass on.
   */
  static Process start(Map<String, String> environment, String... arguments) {
    Map<String, String> variables = new HashMap<>();
    variables.put("JAVA_TOOL_OPTIONS", JAVA_OPTIONS + " " + Sooner.OPTIONS);
    variables.putAll(environment);
    List<String> program =
        List.of(
            "env",
            "--default-signal=INT",
            "setsid",
            LAUNCHER,
            "--conf",
            "spark.executor.extraClassPath=" + Sooner.JARS);
    return process(variables, program, arguments);
  }

  private static Process process(
      Map<String, String> environment, List<String> program, String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("JAVA_TOOL_OPTIONS", JAVA_OPTIONS);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command, e);
    }
  }

  /** Whether a line tells that steps of a training were made. */
  static boolean isProgress(String line) {
    return line.matches(".*images/s.* loss [\\d.]+.*");
  }

  static CompletableFuture<Void> read(InputStream stream, Consumer<String> sink) {
    return CompletableFuture.runAsync(
        () -> {
          try (var reader =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            // A carriage return ends a line here, so each state of a progress bar is one.
            reader.lines().forEach(sink);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        // Java 25's common pool has one thread on two cores, and a stream may be silent for long.
        reading -> {
          Thread thread = new Thread(reading, "output of the tool");
          thread.setDaemon(true);
          thread.start();
        });
  }
}
