package org.e2spark.data.augment;

import java.util.List;
import org.e2spark.data.source.ImageShape;

/** Augmentations one after another. */
record AugmentationSequence(List<Augmentation> stages) implements Augmentation {

  @Override
  public void apply(byte[] pixels, ImageShape shape, long[] ids, AugmentationKey key) {
    Batches.check(pixels, shape, ids);
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).apply(pixels, shape, ids, key.stage(i));
    }
  }
}
