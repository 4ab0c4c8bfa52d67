package org.e2spark.train;

import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.RandomCrop;
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
  },
  /** A shift by up to two pixels in each direction, black coming in. */
  SHIFT {
    @Override
    Augmentation create() {
      return new RandomCrop(MAX_SHIFT);
    }
  },
  /** A shift, then a rotation. */
  SHIFT_ROTATION {
    @Override
    Augmentation create() {
      return Augmentation.sequence(SHIFT.create(), ROTATION.create());
    }
  };

  private static final int MAX_SHIFT = 2;

  abstract Augmentation create();
}
