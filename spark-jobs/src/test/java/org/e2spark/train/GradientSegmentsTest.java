package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import java.util.stream.IntStream;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.EngineStart;
import org.junit.jupiter.api.Test;

/** Where networks are cut. */
class GradientSegmentsTest {

  @Test
  void aLargeChainIsCutIntoSegmentsOfLikeSizeAndASmallOneIsNot() {
    assertThat(sizes("mnist-bench/regular-c4"))
        .hasSizeBetween(3, 6)
        .allSatisfy(size -> assertThat(size).isPositive());
    assertThat(sizes("quickstart/c8")).hasSize(1);
  }

  private static List<Long> sizes(String preset) {
    try (NDManager manager = EngineStart.ensure().newBaseManager()) {
      Block network = Presets.create(preset, 1, 10);
      int side = Presets.imageSize(preset);
      Networks.initialize(network, manager, new Shape(1, 1, side, side), 1);
      GradientLayout layout = GradientLayout.of(StateDict.entries(network));
      GradientSegments segments = GradientSegments.of(network, layout, GradientSegments.LEAST);
      List<Integer> tensors = segments.tensors();
      assertThat(tensors).isSorted().startsWith(0).endsWith(layout.trained().size());
      return IntStream.range(0, segments.count())
          .mapToObj(
              i ->
                  layout.trained().subList(tensors.get(i), tensors.get(i + 1)).stream()
                      .mapToLong(entry -> entry.parameter().getShape().size())
                      .sum())
          .toList();
    }
  }
}
