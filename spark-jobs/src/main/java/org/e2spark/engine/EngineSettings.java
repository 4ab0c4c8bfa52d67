package org.e2spark.engine;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the tensor engine must be told before it starts in a JVM, so that a job submitted without
 * the launcher runs like one submitted with it: nothing is downloaded or reported, and as many
 * threads as the task has cores.
 */
public final class EngineSettings {

  private static final Logger log = LoggerFactory.getLogger(EngineSettings.class);
  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private EngineSettings() {}

  /**
   * Sets what was not set by hand.
   *
   * @param threads of one operation
   */
  public static void apply(int threads) {
    Map<String, String> settings =
        Map.of(
            "ai.djl.offline",
            "true",
            "OPT_OUT_TRACKING",
            "true",
            "ai.djl.pytorch.num_interop_threads",
            "1",
            THREADS,
            Integer.toString(threads));
    settings.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
    if (!System.getProperty(THREADS).equals("1")
        && !"PASSIVE".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"))) {
      log.warn(
          "OMP_WAIT_POLICY is not PASSIVE in this executor, so {} threads spin while they wait and"
              + " slow each other down: submit with --conf spark.executorEnv.OMP_WAIT_POLICY=PASSIVE",
          System.getProperty(THREADS));
    }
  }
}
