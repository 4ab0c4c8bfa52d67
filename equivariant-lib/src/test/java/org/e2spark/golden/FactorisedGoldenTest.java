package org.e2spark.golden;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.e2spark.nn.convolution.Evaluation;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The golden cases with convolutions, of {@link GoldenTest}'s folder and those kept beside it, with
 * factorised evaluation: the same numbers at the same tolerances.
 */
class FactorisedGoldenTest {

  private static final Set<String> KINDS = Set.of("conv", "r2convtransposed", "r2diffop", "train");

  @TestFactory
  Stream<DynamicTest> factorisedConvolutionsHold() throws IOException {
    return Stream.concat(
            GoldenCase.all(GoldenCase.folder()).stream(),
            GoldenCase.all(GoldenCase.resource("/golden-kept")).stream())
        .filter(c -> KINDS.contains(c.kind()))
        .map(
            c ->
                DynamicTest.dynamicTest(c.label(), () -> GoldenTest.run(c, Evaluation.FACTORISED)));
  }
}
