package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * Some channels, in some order, any number of times each.
 *
 * @param index the channels, int64; null if they are neighbours in order
 * @param from the first channel, if neighbours
 * @param to the channel after the last one, if neighbours
 */
public record Selection(NDArray index, long from, long to) implements PlainLayer {

  /** The channels of the given numbers. */
  public static Selection of(PlainArrays arrays, long... channels) {
    return of(() -> arrays.indices(channels), channels);
  }

  /**
   * The channels of the given numbers.
   *
   * @param index gives them as an array, int64, where they are no neighbours in order
   */
  public static Selection of(Supplier<NDArray> index, long... channels) {
    if (channels.length == 0) {
      throw new IllegalArgumentException("A selection needs at least one channel");
    }
    for (int i = 1; i < channels.length; i++) {
      if (channels[i] != channels[0] + i) {
        return new Selection(index.get(), 0, 0);
      }
    }
    return range(channels[0], channels[0] + channels.length);
  }

  /** Neighbouring channels. */
  public static Selection range(long from, long to) {
    return new Selection(null, from, to);
  }

  /** The same places of an array's first axis. */
  NDArray of(NDArray array) {
    return index == null ? array.get(from + ":" + to) : array.get(index);
  }

  @Override
  public String write(Program program, String x) {
    return index == null
        ? program.let("torch.slice(%s, 1, %d, %d, 1)", x, from, to)
        : program.let("torch.index_select(%s, 1, %s)", x, program.array("index", index));
  }
}
