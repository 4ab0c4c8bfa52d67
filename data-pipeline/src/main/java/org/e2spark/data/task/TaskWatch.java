package org.e2spark.data.task;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Knows which tasks run of the jobs that a thread starts while it is watched: a job that was
 * cancelled or has failed is over before its tasks are, which may still write; and one that hangs
 * is never over.
 */
public final class TaskWatch extends SparkListener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TaskWatch.class);

  /**
   * The accumulator whose growth in a task is a sign of life; Spark tells the driver of it in every
   * heartbeat of an executor.
   */
  public static final String SIGNS = "e2spark.signs";

  private static final String TAGS = "spark.job.tags";
  private static final Duration END = Duration.ofSeconds(30);

  private final SparkContext context;
  private final String tag = "e2spark-" + UUID.randomUUID();
  private final Set<Integer> stages = new HashSet<>();
  private final Map<Long, Running> running = new HashMap<>();
  private long idleSince = System.nanoTime();

  private static final class Running {
    private final int task;
    private final String host;
    private long signs;
    private long since = System.nanoTime();

    Running(int task, String host) {
      this.task = task;
      this.host = host;
    }
  }

  /**
   * How long a running task has given no sign.
   *
   * @param task its number in its stage
   * @param host where it runs
   * @param signs that it has given before
   * @param time since the last one, or since it was started
   */
  public record Silence(int task, String host, long signs, Duration time) {}

  private TaskWatch(SparkContext context) {
    this.context = context;
  }

  /** Begins to watch the calling thread's jobs. */
  public static TaskWatch begin(SparkContext context) {
    TaskWatch watch = new TaskWatch(context);
    context.addSparkListener(watch);
    context.addJobTag(watch.tag);
    return watch;
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (submitted.properties() != null
        && submitted.properties().getProperty(TAGS, "").contains(tag)) {
      stages.add(submitted.stageInfo().stageId());
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart started) {
    if (stages.contains(started.stageId())) {
      var task = started.taskInfo();
      running.put(task.taskId(), new Running(task.index(), task.host()));
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd ended) {
    if (running.remove(ended.taskInfo().taskId()) != null) {
      idleSince = System.nanoTime();
      notifyAll();
    }
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate beat) {
    for (var update : CollectionConverters.asJava(beat.accumUpdates())) {
      Running task = running.get(((Number) update._1()).longValue());
      if (task != null) {
        CollectionConverters.asJava(update._4()).forEach(info -> hear(task, info));
      }
    }
  }

  private static void hear(Running task, AccumulableInfo info) {
    if (info.name().contains(SIGNS) && info.update().isDefined()) {
      long signs = ((Number) info.update().get()).longValue();
      if (signs > task.signs) {
        task.signs = signs;
        task.since = System.nanoTime();
      }
    }
  }

  /** Of each task that runs, how long it has given no sign, as far as was heard. */
  public synchronized List<Silence> silences() {
    long now = System.nanoTime();
    return running.values().stream()
        .map(
            task ->
                new Silence(task.task, task.host, task.signs, Duration.ofNanos(now - task.since)))
        .toList();
  }

  /** For how long no task has run; zero while one does. */
  public synchronized Duration idle() {
    return running.isEmpty() ? Duration.ofNanos(System.nanoTime() - idleSince) : Duration.ZERO;
  }

  /**
   * Waits until no task runs, for 30 seconds at most, so that nobody works beside whoever comes
   * next. Does not wait in a thread that is interrupted, which it stays.
   */
  public void awaitNone() {
    try {
      if (!awaitNone(END)) {
        log.warn("Tasks did not end within {} s of being stopped", END.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean awaitNone(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toMillis(); !running.isEmpty() && left > 0; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return running.isEmpty();
  }

  /** Ends the watch, in the thread that began it. */
  @Override
  public void close() {
    if (!context.isStopped()) {
      context.removeJobTag(tag);
    }
    context.removeSparkListener(this);
  }
}
