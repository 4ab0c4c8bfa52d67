package org.e2spark.data.augment;

import java.io.Serializable;
import org.e2spark.data.text.Text;

/**
 * Mixup: each sample becomes {@code λ sample + (1 - λ) partner}, image and target alike.
 *
 * <p>Partner and λ are pure functions of key and id, so they do not depend on the batch; whoever
 * reads the samples fetches the partners by id.
 *
 * @param alpha λ is Beta(alpha, alpha) distributed; in (0, 1]
 * @see <a href="https://arxiv.org/abs/1710.09412">Zhang et al.: mixup (2018)</a>
 */
public record Mixup(double alpha) implements Serializable {

  private static final long STREAM = 0x6d69787570L;

  /**
   * Checks alpha.
   *
   * @throws IllegalArgumentException if it is not in (0, 1]
   */
  public Mixup {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException("Invalid mixup alpha: " + alpha + " (in (0, 1])");
    }
  }

  private static SampleRandom random(AugmentationKey key, long id) {
    return SampleRandom.of(key.seed() ^ STREAM, key.epoch(), id);
  }

  /** The place, among {@code size} samples, of the partner of a sample; it may be itself. */
  public static long partner(AugmentationKey key, long id, long size) {
    if (size < 1) {
      throw new IllegalArgumentException("Invalid number of samples: " + size + " (at least 1)");
    }
    return (long) (random(key, id).nextDouble() * size);
  }

  /** The weight λ of the sample itself, in [0, 1]. */
  public double weight(AugmentationKey key, long id) {
    SampleRandom random = random(key, id);
    random.nextLong();
    // Jöhnk's method (1964): exact for alpha up to 1, where it needs few trials.
    while (true) {
      double x = StrictMath.pow(random.nextDouble(), 1 / alpha);
      double y = StrictMath.pow(random.nextDouble(), 1 / alpha);
      double sum = x + y;
      if (sum > 0 && sum <= 1) {
        return x / sum;
      }
    }
  }

  /**
   * Mixes rows in place: images as floats, or targets.
   *
   * @param own {@code (batch, ...)}, changed
   * @param partners the partners' rows in the same order
   * @param weights λ of each row
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public static void mix(float[] own, float[] partners, double[] weights) {
    if (own.length != partners.length || weights.length == 0 || own.length % weights.length != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot mix %d values with %d by %d weights",
              own.length, partners.length, weights.length));
    }
    int row = own.length / weights.length;
    for (int i = 0; i < weights.length; i++) {
      float weight = (float) weights[i];
      for (int p = i * row; p < (i + 1) * row; p++) {
        own[p] = weight * own[p] + (1 - weight) * partners[p];
      }
    }
  }
}
