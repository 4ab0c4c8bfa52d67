package org.e2spark.events;

/** Is told on the driver how a training goes; calls come one at a time, from another thread. */
@FunctionalInterface
public interface TrainListener {

  /** Hears nothing. */
  TrainListener NONE = event -> {};

  /** Takes one event; an exception is logged, and the training goes on. */
  void happened(TrainEvent event);
}
