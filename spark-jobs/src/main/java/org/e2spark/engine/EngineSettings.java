package org.e2spark.engine;

import java.util.Map;
import org.e2spark.torch.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the tensor engine must be told before it starts in a JVM, so that a job submitted without
 * the launcher runs like one submitted with it: nothing is downloaded or reported. Each task of a
 * JVM then has as many threads as its job gives it.
 */
public final class EngineSettings {

  /** Set by hand it holds for all jobs of a JVM. */
  static final String THREADS = "ai.djl.pytorch.num_threads";

  private static final Logger log = LoggerFactory.getLogger(EngineSettings.class);

  private EngineSettings() {}

  /**
   * Sets what was not set by hand, for the task that the calling thread runs.
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
            "1");
    settings.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
    Integer byHand = Integer.getInteger(THREADS);
    if (byHand == null) {
      Threads.set(threads);
    } else if (byHand != threads) {
      log.warn(
          "{} is {} by hand, where this job gives a task {} threads", THREADS, byHand, threads);
    }
    warnOfSpinning(byHand == null ? threads : byHand, System.getenv("OMP_WAIT_POLICY"));
  }

  /** How OpenMP waits is settled when it is loaded: it can only be told of. */
  static void warnOfSpinning(int threads, String policy) {
    if (threads != 1 && !"PASSIVE".equalsIgnoreCase(policy)) {
      log.warn(
          "OMP_WAIT_POLICY is not PASSIVE in this executor, so {} threads spin while they wait and"
              + " slow each other down: submit with --conf spark.executorEnv.OMP_WAIT_POLICY=PASSIVE",
          threads);
    }
  }
}
