package org.e2spark.golden;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Golden vectors that are kept beside those of {@link GoldenTest} and run by every build. */
class KeptGoldenTest {

  /**
   * Modules that treat fields as wholes, with fields in any order and every option; written by
   * {@code golden_fields.py}.
   */
  @TestFactory
  Stream<DynamicTest> modulesOfWholeFields() throws IOException {
    return GoldenTest.tests(GoldenCase.resource("/golden-fields"));
  }

  /**
   * Cases in which the library once differed from the reference, modules of modules, and small
   * random cases of every kind; written by {@code golden_kept.py}.
   */
  @TestFactory
  Stream<DynamicTest> foundAndRandomCases() throws IOException {
    return GoldenTest.tests(GoldenCase.resource("/golden-kept"));
  }
}
