package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.WorkerReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ListenerQueueTest {

  private static TrainEvent event(long samples) {
    return new TrainEvent.Progressed(0, samples, 1, 0.5);
  }

  @Test
  void aListenerHearsAllInOrderThoughItFails() {
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    try (ListenerQueue queue =
        new ListenerQueue(
            event -> {
              heard.add(event);
              throw new IllegalStateException("a listener's own fault");
            },
            Duration.ofSeconds(20))) {
      queue.happened(event(1));
      queue.happened(event(2));
    }
    assertThat(heard).containsExactly(event(1), event(2));
  }

  @Test
  void aListenerThatNeverReturnsHoldsNobodyUp() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    try (ListenerQueue queue =
        new ListenerQueue(
            event -> {
              inside.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            },
            Duration.ofMillis(50))) {
      EventCollector collector = new EventCollector(queue);
      collector.receive(0, Json.line(WorkerReport.of(event(0))));
      inside.await();
      for (int i = 0; i < 2 * ListenerQueue.LIMIT; i++) {
        collector.receive(0, Json.line(WorkerReport.of(event(i))));
      }
      collector.receive(
          1,
          Json.line(
              WorkerReport.of(
                  new WorkerReport.Failure(
                      "Rank 1 on h",
                      "lost",
                      WorkerReport.Kind.FIRST,
                      WorkerReport.Nature.PASSING))));
      assertThat(collector.explain(new Exception("Spark's own words")))
          .hasMessage("Rank 1 on h failed: lost");
    }
    interrupted.await();
  }
}
