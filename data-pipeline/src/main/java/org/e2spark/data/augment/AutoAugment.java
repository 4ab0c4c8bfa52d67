package org.e2spark.data.augment;

import static org.e2spark.data.augment.PolicyOperation.AUTOCONTRAST;
import static org.e2spark.data.augment.PolicyOperation.BRIGHTNESS;
import static org.e2spark.data.augment.PolicyOperation.COLOR;
import static org.e2spark.data.augment.PolicyOperation.CONTRAST;
import static org.e2spark.data.augment.PolicyOperation.EQUALIZE;
import static org.e2spark.data.augment.PolicyOperation.INVERT;
import static org.e2spark.data.augment.PolicyOperation.POSTERIZE;
import static org.e2spark.data.augment.PolicyOperation.ROTATE;
import static org.e2spark.data.augment.PolicyOperation.SHARPNESS;
import static org.e2spark.data.augment.PolicyOperation.SHEAR_Y;
import static org.e2spark.data.augment.PolicyOperation.SOLARIZE;
import static org.e2spark.data.augment.PolicyOperation.TRANSLATE_X;
import static org.e2spark.data.augment.PolicyOperation.TRANSLATE_Y;

import java.util.List;
import org.e2spark.data.source.ImageShape;

/**
 * AutoAugment with the policy learned on CIFAR-10: each image goes through one of 25 pairs of
 * operations, each operation with a probability and a magnitude of its own.
 *
 * <p>Images have 1 channel (grey) or 3 (RGB).
 *
 * @see <a href="https://arxiv.org/abs/1805.09501">Cubuk et al.: AutoAugment (2018), table 7</a>
 */
public record AutoAugment() implements ImageAugmentation {

  /** An operation of a pair: how likely it is applied, and at which of the levels 0 to 9. */
  record Step(double probability, PolicyOperation operation, int level) {}

  /** Two operations, one after the other. */
  record Pair(Step first, Step second) {}

  private static Pair pair(
      double p1, PolicyOperation first, int level1, double p2, PolicyOperation second, int level2) {
    return new Pair(new Step(p1, first, level1), new Step(p2, second, level2));
  }

  static final List<Pair> CIFAR_POLICY =
      List.of(
          pair(0.1, INVERT, 7, 0.2, CONTRAST, 6),
          pair(0.7, ROTATE, 2, 0.3, TRANSLATE_X, 9),
          pair(0.8, SHARPNESS, 1, 0.9, SHARPNESS, 3),
          pair(0.5, SHEAR_Y, 8, 0.7, TRANSLATE_Y, 9),
          pair(0.5, AUTOCONTRAST, 8, 0.9, EQUALIZE, 2),
          pair(0.2, SHEAR_Y, 7, 0.3, POSTERIZE, 7),
          pair(0.4, COLOR, 3, 0.6, BRIGHTNESS, 7),
          pair(0.3, SHARPNESS, 9, 0.7, BRIGHTNESS, 9),
          pair(0.6, EQUALIZE, 5, 0.5, EQUALIZE, 1),
          pair(0.6, CONTRAST, 7, 0.6, SHARPNESS, 5),
          pair(0.7, COLOR, 7, 0.5, TRANSLATE_X, 8),
          pair(0.3, EQUALIZE, 7, 0.4, AUTOCONTRAST, 8),
          pair(0.4, TRANSLATE_Y, 3, 0.2, SHARPNESS, 6),
          pair(0.9, BRIGHTNESS, 6, 0.2, COLOR, 8),
          pair(0.5, SOLARIZE, 2, 0.0, INVERT, 3),
          pair(0.2, EQUALIZE, 0, 0.6, AUTOCONTRAST, 0),
          pair(0.2, EQUALIZE, 8, 0.6, EQUALIZE, 4),
          pair(0.9, COLOR, 9, 0.6, EQUALIZE, 6),
          pair(0.8, AUTOCONTRAST, 4, 0.2, SOLARIZE, 8),
          pair(0.1, BRIGHTNESS, 3, 0.7, COLOR, 0),
          pair(0.4, SOLARIZE, 5, 0.9, AUTOCONTRAST, 3),
          pair(0.9, TRANSLATE_Y, 9, 0.7, TRANSLATE_Y, 9),
          pair(0.9, AUTOCONTRAST, 2, 0.8, SOLARIZE, 3),
          pair(0.8, EQUALIZE, 8, 0.1, INVERT, 3),
          pair(0.7, TRANSLATE_Y, 9, 0.9, AUTOCONTRAST, 1));

  @Override
  public void checkShape(ImageShape shape) {
    ColorOperations.checkShape(shape);
  }

  @Override
  public void apply(
      byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch) {
    Pair pair = CIFAR_POLICY.get(random.nextInt(CIFAR_POLICY.size()));
    apply(pair.first(), pixels, from, shape, random, scratch);
    apply(pair.second(), pixels, from, shape, random, scratch);
  }

  private static void apply(
      Step step, byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch) {
    if (!random.nextTrial(step.probability())) {
      return;
    }
    double magnitude = step.operation().magnitude(step.level());
    if (step.operation().isSigned() && random.nextTrial(0.5)) {
      magnitude = -magnitude;
    }
    step.operation().apply(pixels, from, shape, magnitude, scratch);
  }
}
