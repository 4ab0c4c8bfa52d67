package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.Stream;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Ops;

/** A network's running statistics, which every forward pass in training moves. */
final class RunningStatistics {

  private record Statistic(StateDict.Entry entry, NDArray remembered) {
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
                entry -> {
                  NDArray copy = entry.parameter().getArray().duplicate();
                  copy.attach(manager);
                  return new Statistic(entry, copy);
                })
            .toList();
  }

  /** Remembers the values that a step begins with. */
  void remember() {
    all.forEach(statistic -> Ops.copyInto(statistic.remembered(), statistic.array()));
  }

  /** Goes back to what was remembered. */
  void restore() {
    all.forEach(statistic -> Ops.copyInto(statistic.array(), statistic.remembered()));
  }

  /**
   * Takes means over samples as the common values of those that follow the data, and puts the
   * others back.
   *
   * @param means in the order of the entries
   */
  void set(List<NDArray> means) {
    for (Statistic held : all.subList(moving, all.size())) {
      Ops.copyInto(held.array(), held.remembered());
    }
    for (int i = 0; i < moving; i++) {
      Statistic statistic = all.get(i);
      if (GradientLayout.isCount(statistic.entry())) {
        // Counts are equal wherever there were samples, but for the rounding of the weighted mean.
        try (NDArray whole = means.get(i).round()) {
          Ops.copyInto(statistic.array(), whole);
        }
      } else {
        Ops.copyInto(statistic.array(), means.get(i));
      }
    }
  }
}
