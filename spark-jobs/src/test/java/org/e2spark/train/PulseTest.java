package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.e2spark.sync.Communicator;
import org.e2spark.sync.Ring;
import org.junit.jupiter.api.Test;

class PulseTest {

  private record Told(int step, boolean checkpoint, boolean leaves, double share) {}

  /** Nanoseconds that a step takes. */
  private static final long STEP = 1_000_000;

  /** Steps of one rank: rank 1 wants a checkpoint from the ninth step on, and never waits. */
  private static List<Told> rank(Communicator ring, Duration interval) {
    long[] nanos = {0};
    Pulse.StopWatch waiting = () -> ring.rank() == 1 ? 0 : (long) (0.9 * nanos[0]);
    Pulse pulse = new Pulse(ring, () -> nanos[0], waiting, interval);
    List<Told> told = new ArrayList<>();
    for (int step = 1; step <= 32; step++) {
      nanos[0] += STEP;
      Pulse.Wish wish =
          ring.rank() == 1 && step >= 9
              ? (step >= 20 ? Pulse.Wish.LEAVE : Pulse.Wish.CHECKPOINT)
              : Pulse.Wish.NONE;
      Optional<Pulse.Beat> beat = pulse.step(wish);
      if (beat.isPresent()) {
        told.add(
            new Told(
                step, beat.get().wantsCheckpoint(), beat.get().leaves(1), beat.get().share(1)));
      }
    }
    return told;
  }

  @Test
  void allHearTheSameAtTheSameStep() throws Exception {
    List<List<Told>> ranks = Ring.run(3, ring -> rank(ring, Duration.ofHours(1)));
    assertThat(ranks.get(1)).isEqualTo(ranks.get(0));
    assertThat(ranks.get(2)).isEqualTo(ranks.get(0));
    assertThat(ranks.get(0)).extracting(Told::step).containsExactly(1, 3, 7, 15, 31);
    assertThat(ranks.get(0))
        .extracting(Told::checkpoint)
        .containsExactly(false, false, false, true, true);
    assertThat(ranks.get(0))
        .extracting(Told::leaves)
        .containsExactly(false, false, false, false, true);
    assertThat(ranks.get(0))
        .allSatisfy(told -> assertThat(told.share()).isCloseTo(10, within(1e-4)));
  }

  @Test
  void anIntervalShorterThanAStepIsAStep() throws Exception {
    List<List<Told>> ranks = Ring.run(2, ring -> rank(ring, Duration.ofNanos(1)));
    assertThat(ranks.get(0)).hasSize(32);
  }
}
