package org.e2spark.engine;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.e2spark.data.task.TaskWatch;
import org.e2spark.events.WorkerReport.Nature;
import org.e2spark.text.Text;

/** Says when a job has taken too long, which is looked at twice a second while it runs. */
@FunctionalInterface
interface Patience {

  /** Until a sign is heard: the first heartbeat of an executor may take two intervals. */
  int BEATS = 3;

  /** What helps where a limit is too short. */
  String LONGER = "or needs a longer --collective-timeout";

  /** Of a measurement of convolutions. */
  Duration MEASURING = Duration.ofHours(1);

  /**
   * Looks at the job's tasks.
   *
   * @throws AttemptException to end the job
   */
  void require(TaskWatch watch) throws AttemptException;

  /** With a job none of whose tasks runs: each must get a slot within the limit. */
  static Patience forSlots(Duration limit) {
    return watch -> {
      if (watch.idle().compareTo(limit) > 0) {
        throw new AttemptException(
            "No task has had a slot for " + seconds(limit) + ": add executors, or raise --wait",
            Nature.PASSING,
            null);
      }
    };
  }

  /**
   * With tasks that give no sign: {@link TaskWatch#SIGNS}.
   *
   * @param limit between two signs; what heartbeats take comes on top
   */
  static Patience forSteps(Duration limit, SparkConf conf) {
    return forSigns(limit, conf, "has fetched nothing and made no step", LONGER);
  }

  /** With a task that measures how convolutions are evaluated fastest, which takes minutes. */
  static Patience forMeasuring(SparkConf conf) {
    return forSigns(MEASURING, conf, "has measured", "or choose an --evaluation but auto");
  }

  private static Patience forSigns(Duration limit, SparkConf conf, String what, String remedy) {
    Duration beat = Duration.ofMillis(conf.getTimeAsMs("spark.executor.heartbeatInterval", "10s"));
    Duration longest = limit.plus(beat.multipliedBy(BEATS));
    return watch -> {
      for (TaskWatch.Silence silence : watch.silences()) {
        if (silence.time().compareTo(longest) > 0) {
          throw new AttemptException(
              Text.format(
                  "Task %d on %s %s for %s: it hangs, %s",
                  silence.task(), silence.host(), what, seconds(limit), remedy),
              Nature.PASSING,
              null);
        }
      }
    };
  }

  /** With what both have patience with. */
  default Patience and(Patience other) {
    return watch -> {
      require(watch);
      other.require(watch);
    };
  }

  private static String seconds(Duration time) {
    return Text.format("%.1f s", time.toMillis() / 1e3);
  }
}
