package org.e2spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class FitSlotsTest {

  private static final int LONG_ENOUGH = 60;

  private final FitSlots.Fits fits = new FitSlots.Fits();
  private final List<String> order = new CopyOnWriteArrayList<>();

  /** A fit in a thread of its own, which waits for slots, or is through, when this returns. */
  private FutureTask<Void> fit(String name, int slots, int workers) {
    return fit(name, () -> slots, workers);
  }

  private FutureTask<Void> fit(String name, IntSupplier slots, int workers) {
    FutureTask<Void> fit =
        new FutureTask<>(
            () -> {
              try (FitSlots taken = FitSlots.take(fits, slots, workers)) {
                order.add(name);
              }
              return null;
            });
    Thread thread = new Thread(fit, name);
    thread.start();
    while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return fit;
  }

  @Test
  void whoFindsNoSlotsWaitsForHisTurn() throws Exception {
    FutureTask<Void> large;
    FutureTask<Void> small;
    try (FitSlots first = FitSlots.take(fits, () -> 4, 2)) {
      large = fit("large", 4, 3);
      small = fit("small", 4, 1);
      order.add("first");
    }
    large.get(LONG_ENOUGH, TimeUnit.SECONDS);
    small.get(LONG_ENOUGH, TimeUnit.SECONDS);
    assertThat(order).startsWith("first").contains("large", "small");
  }

  @Test
  void thoseThatFindSlotsRunAtOnce() throws Exception {
    try (FitSlots first = FitSlots.take(fits, () -> 4, 2)) {
      fit("second", 4, 2).get(LONG_ENOUGH, TimeUnit.SECONDS);
      assertThat(order).containsExactly("second");
    }
  }

  @Test
  void whoWaitsFindsTheSlotsOfExecutorsThatComeMeanwhile() throws Exception {
    AtomicInteger slots = new AtomicInteger(2);
    try (FitSlots first = FitSlots.take(fits, slots::get, 2)) {
      FutureTask<Void> second = fit("second", slots::get, 2);
      assertThat(order).isEmpty();
      slots.set(4);
      second.get(LONG_ENOUGH, TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly("second");
  }

  /** Who is alone asks the training's own check, which waits for executors and says what lacks. */
  @Test
  void whoIsAloneNeedsNoSlotsHoweverManyThereWereBefore() throws Exception {
    for (int slots : new int[] {0, 4, 1}) {
      fit("with " + slots, slots, 2).get(LONG_ENOUGH, TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly("with 0", "with 4", "with 1");
  }

  @Test
  void whoIsStoppedWhileWaitingLeavesTheQueue() throws Exception {
    try (FitSlots first = FitSlots.take(fits, () -> 4, 3)) {
      FutureTask<Void> stopped = fit("stopped", 4, 2);
      FutureTask<Void> next = fit("next", 4, 1);
      stopped.cancel(true);
      next.get(LONG_ENOUGH, TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly("next");
  }
}
