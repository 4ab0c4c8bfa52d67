package org.e2spark.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that write files are tagged so that the build runs them in two locales. */
class WrittenFilesTest {
  private static final List<String> MODULES =
      List.of("equivariant-lib", "data-pipeline", "spark-jobs");

  private static final Pattern WRITES =
      Pattern.compile(
          "@TempDir|Files\\.(write|copy|createTemp|newOutputStream|newBufferedWriter)"
              + "|createTempFile|new File(OutputStream|Writer)");
  private static final Pattern TAGGED = Pattern.compile("(?m)^@Tag\\(\"writes-files\"\\)$");

  @Test
  void everyTestThatWritesFilesSaysSo() throws IOException {
    TreeSet<Path> writing = tests(WRITES.asPredicate());
    assertThat(writing).hasSizeGreaterThan(40);
    assertThat(tests(TAGGED.asPredicate()))
        .as("tests with @Tag(\"writes-files\")")
        .containsExactlyElementsOf(writing);
  }

  private static TreeSet<Path> tests(Predicate<String> content) throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    TreeSet<Path> found = new TreeSet<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/test/java"))) {
        found.addAll(
            files
                .filter(file -> file.toString().endsWith("Test.java"))
                .filter(file -> content.test(read(file)))
                .collect(Collectors.toSet()));
      }
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
