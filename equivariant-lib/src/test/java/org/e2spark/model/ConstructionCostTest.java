package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Building networks stays cheap in processor time: several times what {@link ConstructionBenchmark}
 * measures on an idle core, and a fraction of what the reference needs.
 */
class ConstructionCostTest {

  @Test
  void theWideResidualNetwork() {
    assertThat(timeOf(List.of("cifar10/e2wrn28-10-d8d4d1"), 3)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void theNetworksOfTheMnistBenchmark() {
    List<String> names =
        Presets.names().stream().filter(name -> name.startsWith("mnist-bench/regular-")).toList();
    assertThat(names).hasSize(24);
    assertThat(timeOf(names, 1)).isLessThan(Duration.ofSeconds(24));
  }

  private static Duration timeOf(List<String> names, int channels) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (String name : names) {
      assertThat(ConstructionBenchmark.build(name, channels)).isPositive();
    }
    return Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
  }
}
