package org.e2spark.engine;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.e2spark.events.TimeShares;
import org.e2spark.events.TrainEvent;
import org.e2spark.train.Pulse;

/** Where the time of an epoch's rounds goes, and who takes more of it than others. */
final class RoundTimes {

  private final StragglerWatch stragglers;
  private long began;
  private double seconds;
  private double busy;
  private double waiting;

  RoundTimes(int workers) {
    this.stragglers = new StragglerWatch(workers);
  }

  /** Begins an epoch, or what is left of one. */
  void beginEpoch() {
    seconds = 0;
    busy = 0;
    waiting = 0;
  }

  void beginRound() {
    began = System.nanoTime();
  }

  /**
   * Ends a round.
   *
   * @param words of all ranks, by rank
   * @param listener hears who has been slow
   */
  void endRound(List<RoundWord> words, EventCollector listener) {
    seconds += (System.nanoTime() - began) / 1e9;
    busy += mean(words, RoundWord::seconds);
    waiting += mean(words, RoundWord::waiting);
    Pulse.Beat beat = new Pulse.Beat(words.stream().mapToDouble(RoundWord::seconds).toArray());
    List<String> hosts = words.stream().map(RoundWord::host).toList();
    for (int slow : stragglers.found(beat, hosts)) {
      listener.tell(new TrainEvent.Straggling(slow, hosts.get(slow), beat.share(slow)));
    }
  }

  private static double mean(List<RoundWord> words, ToDoubleFunction<RoundWord> value) {
    return words.stream().mapToDouble(value).average().orElse(0);
  }

  /** Of the rounds since the epoch was begun; more than 0. */
  double seconds() {
    return Math.max(seconds, 1e-9);
  }

  /** Of the mean worker; unknown where there was no round. */
  TimeShares shares() {
    return seconds == 0
        ? TimeShares.UNKNOWN
        : TimeShares.of(seconds, waiting, Math.max(0, seconds - busy));
  }
}
