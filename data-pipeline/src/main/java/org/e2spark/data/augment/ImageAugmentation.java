package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;

/** An augmentation that treats one image after another. */
interface ImageAugmentation extends Augmentation {

  /**
   * Changes one image in place.
   *
   * @param pixels holds the image from {@code from}
   * @param random the sample's numbers
   * @param scratch as long as an image, of any content
   */
  void apply(byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch);

  /** Checks that images of this shape can be treated. */
  default void checkShape(ImageShape shape) {}

  @Override
  default void apply(byte[] pixels, ImageShape shape, long[] ids, AugmentationKey key) {
    Batches.check(pixels, shape, ids);
    checkShape(shape);
    byte[] scratch = new byte[shape.size()];
    for (int i = 0; i < ids.length; i++) {
      apply(pixels, i * shape.size(), shape, key.forSample(ids[i]), scratch);
    }
  }
}
