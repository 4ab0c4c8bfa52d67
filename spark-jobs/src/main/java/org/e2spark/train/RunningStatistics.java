package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Ops;

/** A network's running statistics, which every forward pass in training moves. */
final class RunningStatistics {

  private record Statistic(StateDict.Entry entry, NDArray remembered) {
    NDArray array() {
      return entry.parameter().getArray();
    }
  }

  private final List<Statistic> all = new ArrayList<>();

  /**
   * @param manager who owns what is remembered
   */
  RunningStatistics(List<StateDict.Entry> entries, NDManager manager) {
    for (StateDict.Entry entry : entries) {
      NDArray copy = entry.parameter().getArray().duplicate();
      copy.attach(manager);
      all.add(new Statistic(entry, copy));
    }
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
   * Takes means over samples as the common values.
   *
   * @param means in the order of the entries
   */
  void set(List<NDArray> means) {
    for (int i = 0; i < all.size(); i++) {
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
