package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.e2spark.train.Pulse;
import org.junit.jupiter.api.Test;

class StragglerWatchTest {

  private static Pulse.Beat busy(double... seconds) {
    Pulse.Wish[] wishes = new Pulse.Wish[seconds.length];
    Arrays.fill(wishes, Pulse.Wish.NONE);
    return new Pulse.Beat(seconds, wishes);
  }

  private static List<Integer> found(StragglerWatch watch, Pulse.Beat beat) {
    return watch.found(beat, Collections.nCopies(beat.worldSize(), "h"));
  }

  @Test
  void whoIsSlowThreeTimesInARowIsFoundOnce() {
    StragglerWatch watch = new StragglerWatch(4);
    assertThat(found(watch, busy(1, 1, 1, 2))).isEmpty();
    assertThat(found(watch, busy(1, 1, 9, 2))).isEmpty();
    assertThat(found(watch, busy(1, 1, 1, 2))).containsExactly(3);
    assertThat(found(watch, busy(1, 1, 1, 2))).isEmpty();
    assertThat(found(watch, busy(1, 1, 9, 2))).isEmpty();
    assertThat(found(watch, busy(1, 1, 9, 2))).isEmpty();
    assertThat(found(watch, busy(1, 1, 9, 2))).containsExactly(2);
  }

  @Test
  void ofTwoTheSlowerIsMeasuredByTheFaster() {
    StragglerWatch watch = new StragglerWatch(2);
    assertThat(busy(1, 1.8).share(1)).isEqualTo(1.8);
    found(watch, busy(1, 1.8));
    found(watch, busy(1, 1.8));
    assertThat(found(watch, busy(1, 1.8))).containsExactly(1);
  }

  @Test
  void equalWorkersAreNone() {
    StragglerWatch watch = new StragglerWatch(3);
    for (int i = 0; i < 10; i++) {
      assertThat(found(watch, busy(1, 1.4, 0.7))).isEmpty();
    }
  }

  @Test
  void whoIsSlowInTurnsOnThreeMachinesIsNot() {
    StragglerWatch watch = new StragglerWatch(2);
    for (String host : List.of("a", "b", "c", "c")) {
      assertThat(watch.found(busy(1, 2), List.of("z", host))).isEmpty();
    }
    assertThat(watch.found(busy(1, 2), List.of("z", "c"))).containsExactly(1);
  }
}
