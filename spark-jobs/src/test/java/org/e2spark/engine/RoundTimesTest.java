package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.events.TimeShares;
import org.e2spark.events.TrainEvent;
import org.junit.jupiter.api.Test;

class RoundTimesTest {

  private final List<TrainEvent> heard = new ArrayList<>();
  private final EventCollector collector = new EventCollector(heard::add);

  private static List<RoundWord> words(double first, double second) {
    return List.of(
        new RoundWord(0, "a", first, first / 4, null), new RoundWord(1, "b", second, 0, null));
  }

  @Test
  void sharesAreThoseOfTheMeanWorker() {
    RoundTimes times = new RoundTimes(2);
    times.beginEpoch();
    assertThat(times.shares()).isEqualTo(TimeShares.UNKNOWN);
    times.beginRound();
    times.endRound(words(1e-9, 0), collector);
    double seconds = times.seconds();
    TimeShares shares = times.shares();
    assertThat(shares.data()).isCloseTo(0.125e-9 / seconds, within(1e-12));
    assertThat(shares.compute()).isCloseTo(0.375e-9 / seconds, within(1e-12));
    assertThat(shares.data() + shares.compute() + shares.synchronisation())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void whoIsSlowRoundByRoundIsNamedOnceWithItsHost() {
    RoundTimes times = new RoundTimes(2);
    times.beginEpoch();
    for (int round = 0; round < 5; round++) {
      times.beginRound();
      times.endRound(words(1, 3), collector);
    }
    assertThat(heard).containsExactly(new TrainEvent.Straggling(1, "b", 3));
  }
}
