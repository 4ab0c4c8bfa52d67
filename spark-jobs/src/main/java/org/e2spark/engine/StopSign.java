package org.e2spark.engine;

import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Tells a worker's task that it is to end: it was killed, or the Spark that it was started by has
 * stopped, which ends executors but kills no task in local mode.
 *
 * @param task that looks
 * @param environment of Spark when it was started
 */
record StopSign(TaskContext task, SparkEnv environment) {

  /** Of a task, which calls this itself. */
  static StopSign of(TaskContext task) {
    return new StopSign(task, SparkEnv.get());
  }

  /** Whether the task is to end. */
  boolean isUp() {
    return task.isInterrupted() || SparkEnv.get() != environment;
  }

  /**
   * Looks at it.
   *
   * @throws TaskKilledException when the task is to end
   */
  void heed() {
    if (isUp()) {
      throw new TaskKilledException("the training was stopped");
    }
  }
}
