package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.e2spark.nn.convolution.Evaluation;
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

  private static final Map<String, BiConsumer<GoldenCase, Evaluation>> KINDS =
      Map.of(
          "group", (c, e) -> GroupCases.run(c),
          "conv", (c, e) -> ConvCases.run(c, ConvolutionTable::convolution, e),
          "r2convtransposed", (c, e) -> ConvCases.run(c, ConvolutionTable::transposed, e),
          "r2diffop", (c, e) -> ConvCases.run(c, ConvolutionTable::operator, e),
          "module", (c, e) -> ModuleCases.run(c),
          "transform", (c, e) -> TransformCases.run(c),
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
    run(c, Evaluation.standard());
  }

  /** As {@link #run(GoldenCase)}, with convolutions evaluated in a given way. */
  static void run(GoldenCase c, Evaluation evaluation) {
    try {
      BiConsumer<GoldenCase, Evaluation> kind = KINDS.get(c.kind());
      if (kind == null) {
        throw new IllegalArgumentException(
            "Unknown kind: " + c.kind() + " (known: " + new TreeSet<>(KINDS.keySet()) + ")");
      }
      kind.accept(c, evaluation);
      c.requireAllArraysRead();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("Golden case '" + c.label() + "': " + e.getMessage(), e);
    }
  }
}
