package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.TaskWatch;
import org.e2spark.events.WorkerReport.Nature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Jobs whose tasks hang, or never come to a slot, on two slots. */
@ExtendWith(SparkExtension.class)
@Timeout(60)
class PatienceTest {

  private static final Duration SHORT = Duration.ofMillis(200);

  private static volatile CountDownLatch released = new CountDownLatch(0);
  private static volatile CountDownLatch begun = new CountDownLatch(0);

  private static Integer hang(Integer task, LongAccumulator signs) throws InterruptedException {
    if (signs != null) {
      signs.add(1);
    }
    begun.countDown();
    released.await();
    return task;
  }

  private static JavaFutureAction<List<byte[]>> hanging(
      SparkContext context, int tasks, LongAccumulator signs) {
    List<Integer> numbers = tasks == 1 ? List.of(0) : List.of(0, 1);
    return TaskBoundary.collectAsync(
        TaskBoundary.parallelize(JavaSparkContext.fromSparkContext(context), numbers, tasks)
            .map(task -> hang(task, signs)));
  }

  private static void set(int tasks) {
    released = new CountDownLatch(1);
    begun = new CountDownLatch(tasks);
  }

  @Test
  void aTaskThatGivesNoSignIsGivenUpAndLeavesItsSlot(SparkSession spark) {
    set(1);
    SparkContext context = spark.sparkContext();
    StoppableJob job = new StoppableJob(context, "hangs");
    assertThatThrownBy(
            () ->
                job.run(() -> hanging(context, 1, null), Patience.forSteps(SHORT, context.conf())))
        .isInstanceOf(AttemptException.class)
        .hasMessageMatching(
            "Task 0 on \\S+ has fetched nothing and made no step for 0\\.2 s: .*--collective-timeout")
        .extracting(e -> ((AttemptException) e).nature())
        .isEqualTo(Nature.PASSING);
    assertThat(new ClusterPreflight(context).freeSlots()).isEqualTo(2);
  }

  @Test
  void signsAreHeardWhileATaskRuns(SparkSession spark) throws Exception {
    set(1);
    SparkContext context = spark.sparkContext();
    LongAccumulator signs = context.longAccumulator(TaskWatch.SIGNS);
    Patience steps = Patience.forSteps(Duration.ofSeconds(10), context.conf());
    Patience releasing =
        watch -> {
          if (watch.silences().stream().anyMatch(silence -> silence.signs() == 1)) {
            released.countDown();
          }
        };
    List<Integer> results =
        new StoppableJob(context, "signs")
            .run(() -> hanging(context, 1, signs), steps.and(releasing));
    assertThat(results).containsExactly(0);
  }

  @Test
  void aJobThatGetsNoSlotIsGivenUp(SparkSession spark) throws Exception {
    set(2);
    SparkContext context = spark.sparkContext();
    JavaFutureAction<List<byte[]>> others = hanging(context, 2, null);
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    StoppableJob job = new StoppableJob(context, "waits");
    assertThatThrownBy(() -> job.run(() -> hanging(context, 1, null), Patience.forSlots(SHORT)))
        .isInstanceOf(AttemptException.class)
        .hasMessageContaining("No task has had a slot for 0.2 s")
        .hasMessageContaining("--wait");
    CompletableFuture<Integer> free =
        CompletableFuture.supplyAsync(
            () -> new ClusterPreflight(context).awaitSlots(1, Duration.ofSeconds(20)));
    released.countDown();
    assertThat(free.get(30, TimeUnit.SECONDS)).isPositive();
    others.get(20, TimeUnit.SECONDS);
  }
}
