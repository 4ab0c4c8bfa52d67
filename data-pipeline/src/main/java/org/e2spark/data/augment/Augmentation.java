package org.e2spark.data.augment;

import java.io.Serializable;
import java.util.List;
import org.e2spark.data.source.ImageShape;

/**
 * A random change of images that keeps their shape and their label.
 *
 * <p>What happens to a sample depends on the key, its id and its pixels only: never on the batch it
 * came in, on workers or on threads. Implementations hold no state and may be shared.
 */
public interface Augmentation extends Serializable {

  /**
   * Changes a batch in place.
   *
   * @param pixels images one after another, {@code (batch, channels, height, width)}, unsigned
   *     bytes
   * @param shape the shape of each image
   * @param ids the samples' ids, one for each image
   * @param key seed and epoch
   * @throws IllegalArgumentException if {@code pixels} does not hold exactly {@code ids.length}
   *     images
   */
  void apply(byte[] pixels, ImageShape shape, long[] ids, AugmentationKey key);

  /** The augmentation that changes nothing. */
  static Augmentation none() {
    return sequence(List.of());
  }

  /** Several augmentations, one after another, each with random numbers of its own. */
  static Augmentation sequence(List<? extends Augmentation> stages) {
    return new AugmentationSequence(List.copyOf(stages));
  }

  /** Several augmentations, one after another, each with random numbers of its own. */
  static Augmentation sequence(Augmentation... stages) {
    return sequence(List.of(stages));
  }
}
