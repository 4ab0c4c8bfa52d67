package org.e2spark.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Knows how many tasks of a tagged job run: a cancelled job is over before its tasks are. */
final class TaskWatch extends SparkListener {

  private static final String TAGS = "spark.job.tags";

  private final String tag;
  private final Set<Integer> stages = new HashSet<>();
  private int running;

  TaskWatch(String tag) {
    this.tag = tag;
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

  /** Waits until no task runs; whether that came to be in time. */
  synchronized boolean awaitNone(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toMillis(); running > 0 && left > 0; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    return running == 0;
  }
}
