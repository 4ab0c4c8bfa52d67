package org.e2spark.torch;

import ai.djl.pytorch.jni.JniUtils;

/**
 * How many threads one operation uses. It is a property of the thread that calls for operations, as
 * OpenMP has it, so tasks of one JVM may differ, and the next task may change it.
 */
public final class Threads {

  private Threads() {}

  /**
   * Sets the number for operations of the calling thread.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public static void set(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("Invalid number of threads: " + count + " (must be >= 1)");
    }
    EngineStart.ensure();
    JniUtils.setNumThreads(count);
  }

  /** The number for operations of the calling thread. */
  public static int get() {
    EngineStart.ensure();
    return JniUtils.getNumThreads();
  }
}
