package org.e2spark.ml;

import java.time.Duration;
import java.util.Locale;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.e2spark.engine.CheckpointInterval;
import org.e2spark.engine.Mode;
import org.e2spark.engine.RunOptions;

/** The Params of where and by whom a training is run: {@link RunOptions}, one by one. */
final class RunParams {

  final IntParam numWorkers;
  final IntParam minWorkers;
  final Param<String> mode;
  final IntParam maxRestarts;
  final Param<String> checkpointEvery;
  final LongParam waitForExecutors;
  final LongParam collectiveTimeout;
  private final Params owner;

  RunParams(Params owner) {
    this.owner = owner;
    RunOptions defaults = RunOptions.in("unknown yet");
    numWorkers = count("numWorkers", "workers; 0 for one an executor", defaults.workers());
    minWorkers =
        count(
            "minWorkers",
            "fewest workers to go on with after a loss; 0 for as many as numWorkers",
            defaults.minWorkers());
    mode =
        ImageParams.choice(
            owner.uid(),
            "mode",
            "who carries the state from worker to worker: all-reduce (workers in a barrier stage),"
                + " averaging (rounds of ordinary jobs) or auto",
            "all-reduce",
            "averaging",
            "auto");
    owner.setDefault(mode, "all-reduce");
    maxRestarts =
        count(
            "maxRestarts",
            "attempts after the first, where machines or networks failed",
            defaults.maxRestarts());
    checkpointEvery =
        TextParam.of(
            owner.uid(),
            "checkpointEvery",
            "what lies between checkpoints inside an epoch: 5000samples, 10min; 0 for none");
    owner.setDefault(checkpointEvery, "0");
    waitForExecutors =
        seconds("waitForExecutors", "to wait for executors, in seconds", defaults.patience());
    collectiveTimeout =
        seconds(
            "collectiveTimeout",
            "without a byte from another worker after which it is given up, in seconds; it must"
                + " cover the slowest step",
            defaults.sync().timeouts().idle());
  }

  private IntParam count(String name, String doc, int otherwise) {
    IntParam param = new IntParam(owner.uid(), name, doc, ParamValidators.gtEq(0));
    owner.setDefault(param, otherwise);
    return param;
  }

  private LongParam seconds(String name, String doc, Duration otherwise) {
    LongParam param = new LongParam(owner.uid(), name, doc, ParamValidators.gtEq(1));
    owner.setDefault(param, otherwise.toSeconds());
    return param;
  }

  /**
   * Where a training is run.
   *
   * @param output the run's directory
   * @throws IllegalArgumentException naming what is out of range
   */
  RunOptions options(String output) {
    String named = owner.getOrDefault(mode).replace('-', '_').toUpperCase(Locale.ROOT);
    RunOptions options = RunOptions.in(output);
    return options
        .withWorkers((int) owner.getOrDefault(numWorkers))
        .withMinWorkers((int) owner.getOrDefault(minWorkers))
        .withMode(Mode.valueOf(named))
        .withMaxRestarts((int) owner.getOrDefault(maxRestarts))
        .withCheckpointEvery(CheckpointInterval.of(owner.getOrDefault(checkpointEvery)))
        .withPatience(Duration.ofSeconds((long) owner.getOrDefault(waitForExecutors)))
        .withTimeouts(
            options
                .sync()
                .timeouts()
                .withIdle(Duration.ofSeconds((long) owner.getOrDefault(collectiveTimeout))));
  }
}
