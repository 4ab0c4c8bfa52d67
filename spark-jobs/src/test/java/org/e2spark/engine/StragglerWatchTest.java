package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.e2spark.train.Pulse;
import org.junit.jupiter.api.Test;

class StragglerWatchTest {

  private static Pulse.Beat busy(double... seconds) {
    Pulse.Wish[] wishes = new Pulse.Wish[seconds.length];
    java.util.Arrays.fill(wishes, Pulse.Wish.NONE);
    return new Pulse.Beat(seconds, wishes);
  }

  @Test
  void whoIsSlowThreeTimesInARowIsFoundOnce() {
    StragglerWatch watch = new StragglerWatch(4);
    assertThat(watch.found(busy(1, 1, 1, 2))).isEmpty();
    assertThat(watch.found(busy(1, 1, 9, 2))).isEmpty();
    assertThat(watch.found(busy(1, 1, 1, 2))).containsExactly(3);
    assertThat(watch.found(busy(1, 1, 1, 2))).isEmpty();
    assertThat(watch.found(busy(1, 1, 9, 2))).isEmpty();
    assertThat(watch.found(busy(1, 1, 9, 2))).isEmpty();
    assertThat(watch.found(busy(1, 1, 9, 2))).containsExactly(2);
  }

  @Test
  void ofTwoTheSlowerIsMeasuredByTheFaster() {
    StragglerWatch watch = new StragglerWatch(2);
    assertThat(busy(1, 1.8).share(1)).isEqualTo(1.8);
    watch.found(busy(1, 1.8));
    watch.found(busy(1, 1.8));
    assertThat(watch.found(busy(1, 1.8))).containsExactly(1);
  }

  @Test
  void equalWorkersAreNone() {
    StragglerWatch watch = new StragglerWatch(3);
    for (int i = 0; i < 10; i++) {
      assertThat(watch.found(busy(1, 1.4, 0.7))).isEmpty();
    }
  }
}
