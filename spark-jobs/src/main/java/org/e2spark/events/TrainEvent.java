package org.e2spark.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What happens in a training: the one stream that consoles, files and metrics are made of.
 *
 * <p>As JSON an event carries its kind in {@code "event"}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TrainEvent.Started.class, name = "started"),
  @JsonSubTypes.Type(value = TrainEvent.Progressed.class, name = "progressed"),
  @JsonSubTypes.Type(value = TrainEvent.EpochFinished.class, name = "epoch-finished"),
  @JsonSubTypes.Type(value = TrainEvent.Restarted.class, name = "restarted")
})
public sealed interface TrainEvent {

  /**
   * The workers are about to start.
   *
   * @param samples that the whole training sees
   * @param done of them that an earlier run has seen
   */
  record Started(long samples, long done) implements TrainEvent {}

  /**
   * Some steps were made.
   *
   * @param epoch the current one, from 0
   * @param samples seen since the beginning of the training
   * @param loss mean cross entropy of the current epoch so far
   * @param accuracy fraction classified right in the current epoch so far
   */
  record Progressed(int epoch, long samples, double loss, double accuracy) implements TrainEvent {}

  /**
   * An attempt to train failed, and another begins from the newest checkpoint.
   *
   * @param attempt that failed
   * @param reason why
   */
  record Restarted(int attempt, String reason) implements TrainEvent {}

  /**
   * An epoch has ended.
   *
   * @param metrics of the epoch
   */
  record EpochFinished(EpochMetrics metrics) implements TrainEvent {}
}
