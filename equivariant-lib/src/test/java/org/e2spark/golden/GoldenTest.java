package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every case of a folder of golden vectors, by default the one among the test resources, else
 * the one that {@code -De2spark.golden.dir} names (absolute, or from the directory in which the
 * build was started). A kind, module, option, field or array that is not known fails, naming the
 * case.
 */
class GoldenTest {

  private static final Map<String, Consumer<GoldenCase>> KINDS =
      Map.of(
          "group", GroupCases::run,
          "conv", c -> ConvCases.run(c, ConvolutionTable::convolution),
          "r2convtransposed", c -> ConvCases.run(c, ConvolutionTable::transposed),
          "r2diffop", c -> ConvCases.run(c, ConvolutionTable::operator),
          "module", ModuleCases::run,
          "transform", TransformCases::run,
          "train", TrainCases::run);

  @TestFactory
  Stream<DynamicTest> everyCaseHolds() throws IOException {
    return tests(GoldenCase.folder());
  }

  @Test
  void theFolderHoldsCases() throws IOException {
    assertThat(GoldenCase.all(GoldenCase.folder())).isNotEmpty();
  }

  /** One test per case of a folder. */
  static Stream<DynamicTest> tests(Path folder) throws IOException {
    return GoldenCase.all(folder).stream()
        .map(c -> DynamicTest.dynamicTest(c.label(), () -> run(c)));
  }

  /** Holds the library to one case; whatever goes wrong is reported with the case's name. */
  static void run(GoldenCase c) {
    try {
      Consumer<GoldenCase> kind = KINDS.get(c.kind());
      if (kind == null) {
        throw new IllegalArgumentException(
            "Unknown kind: " + c.kind() + " (known: " + new TreeSet<>(KINDS.keySet()) + ")");
      }
      kind.accept(c);
      c.requireAllArraysRead();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("Golden case '" + c.label() + "': " + e.getMessage(), e);
    }
  }
}
