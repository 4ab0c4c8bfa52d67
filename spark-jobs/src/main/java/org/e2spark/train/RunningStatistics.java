package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.Stream;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Ops;

/** A network's running statistics, which every forward pass in training moves. */
final class RunningStatistics {

  private record Statistic(StateDict.Entry entry, NDArray remembered, NDArray begun) {
    boolean isCount() {
      return GradientLayout.isCount(entry);
    }

    NDArray array() {
      return entry.parameter().getArray();
    }
  }

  private final List<Statistic> all;
  private final int moving;

  /**
   * @param entries of those that follow the data
   * @param held of those that stay as they are
   * @param manager who owns what is remembered
   */
  RunningStatistics(List<StateDict.Entry> entries, List<StateDict.Entry> held, NDManager manager) {
    moving = entries.size();
    all =
        Stream.concat(entries.stream(), held.stream())
            .map(
                entry ->
                    new Statistic(
                        entry,
                        copy(entry, manager),
                        GradientLayout.isCount(entry) ? copy(entry, manager) : null))
            .toList();
  }

  private static NDArray copy(StateDict.Entry entry, NDManager manager) {
    NDArray copy = entry.parameter().getArray().duplicate();
    copy.attach(manager);
    return copy;
  }

  /** Remembers the values that a step begins with. */
  void remember() {
    all.forEach(statistic -> Ops.copyInto(statistic.remembered(), statistic.array()));
  }

  /** Remembers how far counts are, at the beginning of several steps. */
  void beginRound() {
    all.stream()
        .filter(Statistic::isCount)
        .forEach(count -> Ops.copyInto(count.begun(), count.array()));
  }

  /** Takes what {@link #beginRound} knows as what was remembered of counts. */
  void endRound() {
    all.stream()
        .filter(Statistic::isCount)
        .forEach(count -> Ops.copyInto(count.remembered(), count.begun()));
  }

  /** Whether all values are finite. */
  boolean areFinite() {
    return all.stream()
        .allMatch(
            statistic -> {
              boolean finite = true;
              for (float value : statistic.array().toFloatArray()) {
                finite &= Float.isFinite(value);
              }
              return finite;
            });
  }

  /** Goes back to what was remembered. */
  void restore() {
    all.forEach(statistic -> Ops.copyInto(statistic.array(), statistic.remembered()));
  }

  /**
   * What workers average of one that follows the data: its value, or how far a count has moved on,
   * since float32 holds that exactly.
   *
   * @param index in the order of the entries
   * @param scratch who owns what is made for it
   */
  NDArray averaged(int index, NDManager scratch) {
    Statistic statistic = all.get(index);
    if (!statistic.isCount()) {
      return statistic.array();
    }
    NDArray moved = statistic.array().sub(statistic.remembered());
    moved.attach(scratch);
    return moved;
  }

  /**
   * Takes means over samples as the common values of those that follow the data, and puts the
   * others back.
   *
   * @param means in the order of the entries; of counts, of how far they have moved on
   */
  void set(List<NDArray> means) {
    for (Statistic held : all.subList(moving, all.size())) {
      Ops.copyInto(held.array(), held.remembered());
    }
    for (int i = 0; i < moving; i++) {
      Statistic statistic = all.get(i);
      if (statistic.isCount()) {
        // They moved alike wherever there were samples, but for the rounding of the weighted mean.
        try (NDArray whole = means.get(i).round()) {
          Ops.copyInto(statistic.array(), statistic.remembered());
          statistic.array().addi(whole);
        }
      } else {
        Ops.copyInto(statistic.array(), means.get(i));
      }
    }
  }
}
