package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.torch.Threads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class EngineSettingsTest {

  @Test
  void eachTaskOfAJvmHasItsJobsThreads() throws InterruptedException {
    String byHand = System.clearProperty(EngineSettings.THREADS);
    try {
      List<Integer> used = new ArrayList<>();
      // As Spark's pool does: one thread runs tasks of several jobs, and another begins later.
      Thread first =
          new Thread(
              () -> {
                for (int threads : List.of(1, 3, 2)) {
                  EngineSettings.apply(threads);
                  used.add(Threads.get());
                }
              });
      first.start();
      first.join();
      Thread second =
          new Thread(
              () -> {
                EngineSettings.apply(1);
                used.add(Threads.get());
              });
      second.start();
      second.join();
      assertThat(used).containsExactly(1, 3, 2, 1);
    } finally {
      if (byHand != null) {
        System.setProperty(EngineSettings.THREADS, byHand);
      }
    }
  }

  @Test
  void whatWasSetByHandStays() {
    String byHand = System.getProperty(EngineSettings.THREADS);
    System.setProperty(EngineSettings.THREADS, "2");
    try {
      Threads.set(2);
      EngineSettings.apply(1);
      assertThat(Threads.get()).isEqualTo(2);
    } finally {
      if (byHand == null) {
        System.clearProperty(EngineSettings.THREADS);
      } else {
        System.setProperty(EngineSettings.THREADS, byHand);
        Threads.set(Integer.parseInt(byHand));
      }
    }
  }

  @Test
  void threadsThatSpinAreToldOf() {
    try (LogLines log = LogLines.of(EngineSettings.class)) {
      EngineSettings.warnOfSpinning(2, "PASSIVE");
      EngineSettings.warnOfSpinning(1, null);
      assertThat(log.lines()).isEmpty();
      EngineSettings.warnOfSpinning(2, null);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("2 threads spin", "spark.executorEnv.OMP_WAIT_POLICY=PASSIVE");
    }
  }
}
