package org.e2spark.infer;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sample that a model classified wrong.
 *
 * @param id of the sample in its shards
 * @param label its class
 * @param predicted what it was taken for
 * @param confidence the probability that the model gave that
 * @param pixels (channels, height, width)
 */
public record Mistake(long id, int label, int predicted, double confidence, byte[] pixels)
    implements Serializable {

  private static final int KEPT = 24;

  /** The surest ones of two lists, the surest first; of those that are equally sure by id. */
  static List<Mistake> surest(List<Mistake> some, List<Mistake> more) {
    return Stream.concat(some.stream(), more.stream())
        .sorted(
            Comparator.comparingDouble(Mistake::confidence)
                .reversed()
                .thenComparingLong(Mistake::id))
        .limit(KEPT)
        .toList();
  }
}
