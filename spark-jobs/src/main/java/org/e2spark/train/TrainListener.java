package org.e2spark.train;

/** Is told on the driver how a training goes; calls come one at a time, from another thread. */
public interface TrainListener {

  /** Hears nothing. */
  TrainListener NONE = new TrainListener() {};

  /**
   * The workers are about to start.
   *
   * @param samples that the whole training sees
   * @param done of them that an earlier run has seen
   */
  default void started(long samples, long done) {}

  /** Some steps were made. */
  default void progressed(Progress progress) {}

  /** An epoch has ended. */
  default void finished(EpochMetrics epoch) {}
}
