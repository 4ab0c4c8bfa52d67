package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** All-reduce trainings of which a worker is slow, hangs, or never meets the others. */
@ExtendWith(SparkExtension.class)
@Timeout(120)
class SlowWorkersTest {

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 240, 60);
    for (int workers = 1; workers <= 2; workers++) {
      train(spark, TestNetworks::normalized, run("undisturbed" + workers, workers, 20));
    }
  }

  private static RunOptions run(String name, int workers, int timeout) {
    return RunOptions.in(folder.resolve(name).toUri().toString())
        .withWorkers(workers)
        .withMaxRestarts(2)
        .withCheckpointEvery(CheckpointInterval.samples(48))
        .withPatience(Duration.ofSeconds(20))
        .withTimeouts(new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(timeout)));
  }

  private static List<TrainEvent> train(
      SparkSession spark, NetworkFactory network, RunOptions run) {
    TrainOptions options = TestDigits.options(shards, "normalised", 3, 24);
    List<TrainEvent> heard = Collections.synchronizedList(new ArrayList<>());
    TrainListener listener = heard::add;
    TrainJob.run(spark, options, network, run, listener);
    return heard;
  }

  private static List<String> restarts(List<TrainEvent> heard) {
    return heard.stream()
        .filter(TrainEvent.Restarted.class::isInstance)
        .map(Object::toString)
        .toList();
  }

  private static byte[] weights(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name).resolve("model/weights.safetensors"));
  }

  @Test
  void aWorkerThatNeverMeetsTheOthersIsGivenUp(SparkSession spark) throws IOException {
    Late.LATE.set(true);
    assertThat(restarts(train(spark, new Late(), run("late", 2, 4))))
        .singleElement()
        .asString()
        .contains("has fetched nothing and made no step for 4.0 s");
    assertThat(weights("late")).isEqualTo(weights("undisturbed2"));
  }

  @Test
  void nobodyWaitsInASumForAWorkerThatHasMoreToFetch(SparkSession spark) throws IOException {
    Tardy.TARDY.set(true);
    assertThat(restarts(train(spark, Tardy::create, run("tardy", 2, 2)))).isEmpty();
    assertThat(weights("tardy")).isEqualTo(weights("undisturbed2"));
  }

  /** Once takes longer to be built in the second task than others wait for a sum. */
  private static final class Tardy {
    private static final AtomicBoolean TARDY = new AtomicBoolean();

    static Block create(int channels, int classes) {
      if (TaskContext.getPartitionId() == 1 && TARDY.compareAndSet(true, false)) {
        pause(TimeUnit.SECONDS.toNanos(3));
      }
      return TestNetworks.normalized(channels, classes);
    }
  }

  private static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** Once holds a task up that reads it, before that does anything. */
  private static final class Late implements NetworkFactory {
    private static final long serialVersionUID = 1;
    private static final AtomicBoolean LATE = new AtomicBoolean();

    @Override
    public Block create(int channels, int classes) {
      return TestNetworks.normalized(channels, classes);
    }

    private Object readResolve() {
      if (TaskContext.get() != null
          && TaskContext.get().partitionId() == 1
          && LATE.compareAndSet(true, false)) {
        Trap.hang();
      }
      return this;
    }
  }

  @Test
  void aWorkerThatOthersWaitForIsGivenUp(SparkSession spark) throws IOException {
    Trap.set(25, Trap::hang);
    assertThat(restarts(train(spark, Trap::create, run("hangs", 2, 4))))
        .first()
        .asString()
        .containsPattern("Rank [01] .* saw: Waited 4 s for rank [01] in collective");
    assertThat(weights("hangs")).isEqualTo(weights("undisturbed2"));
  }

  @Test
  void aWorkerThatNobodyWaitsForIsGivenUpBeforeItsFirstStepAndInAnyOther(SparkSession spark)
      throws IOException {
    Begins.HANGS.set(true);
    Trap.set(17, Trap::hang);
    assertThat(restarts(train(spark, Begins::create, run("alone", 1, 2))))
        .hasSize(2)
        .allSatisfy(
            told ->
                assertThat(told)
                    .containsPattern(
                        "Task 0 on \\S+ has fetched nothing and made no step for 2\\.0 s: it hangs"));
    assertThat(weights("alone")).isEqualTo(weights("undisturbed1"));
  }

  /** Once hangs in a task that builds it. */
  private static final class Begins {
    private static final AtomicBoolean HANGS = new AtomicBoolean();

    static Block create(int channels, int classes) {
      if (TaskContext.get() != null && HANGS.compareAndSet(true, false)) {
        Trap.hang();
      }
      return Trap.create(channels, classes);
    }
  }

  @Test
  void aWorkerThatIsSlowIsNamed(SparkSession spark) {
    try (LogLines log = LogLines.of(EventCollector.class)) {
      List<TrainEvent> heard = train(spark, Slow::create, run("slow", 2, 20));
      assertThat(heard)
          .filteredOn(TrainEvent.Straggling.class::isInstance)
          .singleElement()
          .satisfies(event -> assertThat(((TrainEvent.Straggling) event).rank()).isEqualTo(1));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .matches("Rank 1 at 127\\.0\\.0\\.1:\\d+ is busy \\d+\\.\\d times as long .*");
    }
  }

  /** Takes its time in the second task of a stage. */
  private static final class Slow extends SequentialBlock {
    private static final long PASS = TimeUnit.MILLISECONDS.toNanos(120);

    private Slow(SequentialBlock inner) {
      inner.getChildren().values().forEach(this::add);
    }

    static Block create(int channels, int classes) {
      return new Slow((SequentialBlock) TestNetworks.normalized(channels, classes));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      if (TaskContext.getPartitionId() == 1) {
        pause(PASS);
      }
      return super.forwardInternal(store, inputs, training, params);
    }
  }
}
