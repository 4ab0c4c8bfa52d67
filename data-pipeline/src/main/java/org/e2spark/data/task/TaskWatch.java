package org.e2spark.data.task;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how many tasks run of the jobs that a thread starts while it is watched: a job that was
 * cancelled or has failed is over before its tasks are, which may still write.
 */
public final class TaskWatch extends SparkListener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TaskWatch.class);

  private static final String TAGS = "spark.job.tags";
  private static final Duration END = Duration.ofSeconds(30);

  private final SparkContext context;
  private final String tag = "e2spark-" + UUID.randomUUID();
  private final Set<Integer> stages = new HashSet<>();
  private int running;

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
    running += stages.contains(started.stageId()) ? 1 : 0;
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd ended) {
    running -= stages.contains(ended.stageId()) ? 1 : 0;
    notifyAll();
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
    for (long left = limit.toMillis(); running > 0 && left > 0; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return running == 0;
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
