package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.WorkerReport;
import org.e2spark.events.WorkerReport.Kind;
import org.e2spark.events.WorkerReport.Nature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the driver says went wrong, of all that workers say in whatever order. */
class EventCollectorTest {

  private static final WorkerReport.Failure CULPRIT =
      new WorkerReport.Failure("Rank 2 on c", "the disk is full", Kind.FIRST, Nature.PASSING);
  private static final WorkerReport.Failure WITNESS =
      new WorkerReport.Failure("Rank 1 on b", "lost rank 2", Kind.WITNESS, Nature.PASSING);
  private static final WorkerReport.Failure ECHO =
      new WorkerReport.Failure("Rank 0 on a", "rank 2 has failed", Kind.ECHO, Nature.PASSING);

  private static AttemptException explained(WorkerReport.Failure... failures) {
    EventCollector collector = new EventCollector(event -> {});
    for (int task = 0; task < failures.length; task++) {
      collector.receive(task, Json.line(WorkerReport.of(failures[task])));
    }
    return collector.explain(new SparkException("Job aborted: a barrier stage cannot"));
  }

  static Stream<List<WorkerReport.Failure>> orders() {
    return Stream.of(
        List.of(CULPRIT, WITNESS, ECHO),
        List.of(WITNESS, ECHO, CULPRIT),
        List.of(ECHO, CULPRIT, WITNESS));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void theCulpritIsToldWhoeverSpeaksFirst(List<WorkerReport.Failure> failures) {
    assertThat(explained(failures.toArray(new WorkerReport.Failure[0])))
        .hasMessage("Rank 2 on c failed: the disk is full");
  }

  @Test
  void aWitnessIsNoCulprit() {
    assertThat(explained(ECHO, WITNESS))
        .hasMessage("A worker was lost without a word; Rank 1 on b saw: lost rank 2");
    assertThat(explained(ECHO)).hasMessage("Rank 0 on a says: rank 2 has failed");
  }

  @Test
  void whereNobodySpeaksSparksReasonIsToldAndNotTheSentenceBeforeIt() {
    EventCollector collector = new EventCollector(event -> {});
    String spark =
        "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage."
            + " Most recent failure reason: Stage failed because barrier task finished"
            + " unsuccessfully.\nExecutorLostFailure (executor 1 exited): killed\nDriver stacktrace:";
    AttemptException told = collector.explain(new SparkException(spark));
    assertThat(told)
        .hasMessage(
            "A worker was lost without a word: ExecutorLostFailure (executor 1 exited): killed");
    assertThat(told.nature()).isEqualTo(Nature.PASSING);
  }

  @Test
  void whatIsNoReportIsPassedOver() {
    List<TrainEvent> heard = new ArrayList<>();
    EventCollector collector = new EventCollector(heard::add);
    collector.receive(0, "{\"unheard\": 1}");
    TrainEvent event = new TrainEvent.Straggling(1, "b", 2);
    collector.receive(0, Json.line(WorkerReport.of(event)));
    assertThat(heard).containsExactly(event);
  }
}
