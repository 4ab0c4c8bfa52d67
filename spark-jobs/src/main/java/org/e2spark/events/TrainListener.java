package org.e2spark.events;

/** Is told on the driver how a training goes; calls come one at a time, from another thread. */
@FunctionalInterface
public interface TrainListener {

  /** Hears nothing. */
  TrainListener NONE = event -> {};

  /** Tells this one first, and then another. */
  default TrainListener andThen(TrainListener next) {
    return event -> {
      happened(event);
      next.happened(event);
    };
  }

  /** Takes one event; an exception is logged, and the training goes on. */
  void happened(TrainEvent event);
}
