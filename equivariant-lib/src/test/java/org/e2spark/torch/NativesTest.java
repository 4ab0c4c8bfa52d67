package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JVMs without libtorch, or with another platform's, say in a line which jar they need. */
class NativesTest {
  @TempDir Path directory;

  /** The JVM: computes a sum, or prints why it cannot. */
  static final class Computing {
    private Computing() {}

    public static void main(String[] args) {
      try (var manager = EngineStart.ensure().newBaseManager()) {
        System.out.println(
            "sum " + manager.ones(new ai.djl.ndarray.types.Shape(3)).sum().getFloat());
      } catch (NativesException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void theLibraryThatDoesNotLoadIsNamed() throws Exception {
    Path broken = Files.createFile(directory.resolve(System.mapLibraryName("torch")));
    assertThat(
            compute(
                System.getProperty("java.class.path"),
                Map.of("PYTORCH_LIBRARY_PATH", directory.toString())))
        .startsWith("This JVM has libtorch ")
        .contains(", which cannot be loaded: " + broken)
        .endsWith(
            "Unset PYTORCH_LIBRARY_PATH, or set it to a whole libtorch (it is " + directory + ")");
    Path file = Files.createFile(directory.resolve("no-folder"));
    assertThat(
            compute(
                System.getProperty("java.class.path"), Map.of("DJL_CACHE_DIR", file.toString())))
        .contains(", which cannot be loaded: ")
        .contains("Set DJL_CACHE_DIR to a folder that can be written and whose files can be run");
  }

  @Test
  void theJarThatIsMissingIsNamed() throws Exception {
    assertThat(compute(withoutNatives(), Map.of()))
        .matches(
            "This JVM runs on (\\S+) and has libtorch for no platform: .*-Dnative=\\1,.*:\\1 .*");
    Path other = Files.createDirectories(directory.resolve("other/native/lib"));
    Files.writeString(
        other.resolve("pytorch.properties"),
        "version=2.7.1\nflavor=cpu\nclassifier=win-riscv\nlibraries=none\n");
    assertThat(
            compute(withoutNatives() + File.pathSeparator + directory.resolve("other"), Map.of()))
        .matches("This JVM runs on \\S+ and has libtorch for win-riscv: take a jar built with .*");
  }

  private static String withoutNatives() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(jar -> !jar.contains("pytorch-native"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** What a JVM prints that has this class path and, beside this one's, this environment. */
  private String compute(String classPath, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dai.djl.offline=true",
            "-cp",
            classPath,
            Computing.class.getName());
    builder.environment().put("DJL_CACHE_DIR", directory.resolve("cache").toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out.strip();
  }
}
