package org.e2spark.train;

import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.RandomRotation;

/** The online augmentations by name. */
public enum AugmentationKind {
  /** Images as they are. */
  NONE {
    @Override
    Augmentation create() {
      return Augmentation.none();
    }
  },
  /** A rotation by any angle, bilinear. */
  ROTATION {
    @Override
    Augmentation create() {
      return RandomRotation.anyAngle(Interpolation.BILINEAR);
    }
  };

  abstract Augmentation create();
}
