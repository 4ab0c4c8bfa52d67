package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every case of a folder of golden vectors, by default the one among the test resources, else
 * the one that {@code -De2spark.golden.dir} names. A kind, module or option that is not known
 * fails.
 */
class GoldenTest {

  private static final Map<String, Consumer<GoldenCase>> KINDS =
      Map.of(
          "group", GroupCases::run,
          "conv", ConvCases::run,
          "r2convtransposed", ConvCases::runTransposed,
          "r2diffop", DiffopCases::run,
          "module", ModuleCases::run,
          "transform", TransformCases::run,
          "train", TrainCases::run);

  @TestFactory
  Stream<DynamicTest> everyCaseHolds() throws IOException {
    return GoldenCase.all(GoldenCase.folder()).stream()
        .map(c -> DynamicTest.dynamicTest(c.label(), () -> run(c)));
  }

  private static void run(GoldenCase c) {
    Consumer<GoldenCase> kind = KINDS.get(c.kind());
    if (kind == null) {
      throw new IllegalArgumentException("Unknown kind: " + c.kind());
    }
    kind.accept(c);
  }

  @Test
  void theFolderHoldsCases() throws IOException {
    assertThat(GoldenCase.all(GoldenCase.folder())).isNotEmpty();
  }
}
