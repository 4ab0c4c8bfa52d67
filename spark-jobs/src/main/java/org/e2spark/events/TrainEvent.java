package org.e2spark.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What happens in a training: the one stream that consoles, files and metrics are made of.
 *
 * <p>As JSON an event carries its kind in {@code "event"}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TrainEvent.Configured.class, name = "configured"),
  @JsonSubTypes.Type(value = TrainEvent.Started.class, name = "started"),
  @JsonSubTypes.Type(value = TrainEvent.Progressed.class, name = "progressed"),
  @JsonSubTypes.Type(value = TrainEvent.EpochFinished.class, name = "epoch-finished"),
  @JsonSubTypes.Type(value = TrainEvent.Validated.class, name = "validated"),
  @JsonSubTypes.Type(value = TrainEvent.Straggling.class, name = "straggling"),
  @JsonSubTypes.Type(value = TrainEvent.Restarted.class, name = "restarted")
})
public sealed interface TrainEvent {

  /**
   * A run is checked and about to begin; told once, however often it is tried.
   *
   * @param options of the training by name, those that were left out too
   * @param run where and how it runs: workers, threads, checkpoints, network, versions
   */
  record Configured(Map<String, String> options, Map<String, String> run) implements TrainEvent {
    /** Copies the maps, keeping their order. */
    public Configured {
      options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
      run = Collections.unmodifiableMap(new LinkedHashMap<>(run));
    }
  }

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
   * A worker is slower than the others, which wait for it; told once an attempt.
   *
   * @param rank of the worker
   * @param host where it is
   * @param share how long it is busy in each step, as a multiple of the median of all workers
   */
  record Straggling(int rank, String host, double share) implements TrainEvent {}

  /**
   * An epoch has ended.
   *
   * @param metrics of the epoch
   */
  record EpochFinished(EpochMetrics metrics) implements TrainEvent {}

  /**
   * The weights were measured on the split that the training is validated on.
   *
   * @param split by name
   * @param metrics of them
   * @param isBest whether they are the best so far
   */
  record Validated(String split, ValidationMetrics metrics, boolean isBest) implements TrainEvent {}
}
