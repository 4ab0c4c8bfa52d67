package org.e2spark.golden;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Numbers of the reference for modules that treat fields as wholes, with fields in any order and
 * every option; written by {@code golden_fields.py}.
 */
class FieldGoldenTest {

  @TestFactory
  Stream<DynamicTest> everyCaseHolds() throws IOException, URISyntaxException {
    Path folder = Path.of(Objects.requireNonNull(getClass().getResource("/golden-fields")).toURI());
    return GoldenCase.all(folder).stream()
        .map(c -> DynamicTest.dynamicTest(c.label(), () -> ModuleCases.run(c)));
  }
}
