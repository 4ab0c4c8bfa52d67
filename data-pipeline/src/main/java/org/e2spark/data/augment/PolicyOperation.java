package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;

/**
 * The operations of AutoAugment's search space, each with ten magnitudes, as its widespread port to
 * PIL defines them: what comes from outside the image is grey (128).
 */
enum PolicyOperation {
  SHEAR_X,
  SHEAR_Y,
  TRANSLATE_X,
  TRANSLATE_Y,
  ROTATE,
  COLOR,
  POSTERIZE,
  SOLARIZE,
  CONTRAST,
  SHARPNESS,
  BRIGHTNESS,
  AUTOCONTRAST,
  EQUALIZE,
  INVERT;

  private static final byte GREY = (byte) 128;

  /** Whether the magnitude is taken with a random sign. */
  boolean isSigned() {
    return switch (this) {
      case SHEAR_X, SHEAR_Y, TRANSLATE_X, TRANSLATE_Y, COLOR, CONTRAST, SHARPNESS, BRIGHTNESS ->
          true;
      case ROTATE, POSTERIZE, SOLARIZE, AUTOCONTRAST, EQUALIZE, INVERT -> false;
    };
  }

  /** The magnitude of a level of 0 to 9. */
  double magnitude(int level) {
    double share = level / 9.0;
    return switch (this) {
      case SHEAR_X, SHEAR_Y -> 0.3 * share;
      case TRANSLATE_X, TRANSLATE_Y -> 150.0 / 331 * share;
      case ROTATE -> 30 * share;
      case COLOR, CONTRAST, SHARPNESS, BRIGHTNESS -> 0.9 * share;
      case POSTERIZE -> Math.rint(8 - 4 * share);
      case SOLARIZE -> 256 - 256 * share;
      case AUTOCONTRAST, EQUALIZE, INVERT -> 0;
    };
  }

  /** Applies the operation with a signed magnitude to one image in place. */
  void apply(byte[] pixels, int from, ImageShape shape, double magnitude, byte[] scratch) {
    int width = shape.width();
    int height = shape.height();
    switch (this) {
      case SHEAR_X ->
          transform(
              new AffineSampler(1, magnitude, 0, 0, 1, 0, width, height),
              Interpolation.BICUBIC,
              pixels,
              from,
              shape,
              scratch);
      case SHEAR_Y ->
          transform(
              new AffineSampler(1, 0, 0, magnitude, 1, 0, width, height),
              Interpolation.BICUBIC,
              pixels,
              from,
              shape,
              scratch);
      case TRANSLATE_X ->
          transform(
              new AffineSampler(1, 0, magnitude * width, 0, 1, 0, width, height),
              Interpolation.NEAREST,
              pixels,
              from,
              shape,
              scratch);
      case TRANSLATE_Y ->
          transform(
              new AffineSampler(1, 0, 0, 0, 1, magnitude * height, width, height),
              Interpolation.NEAREST,
              pixels,
              from,
              shape,
              scratch);
      case ROTATE ->
          transform(
              Rotation.ofDegrees(magnitude, Interpolation.NEAREST).sampler(shape),
              Interpolation.NEAREST,
              pixels,
              from,
              shape,
              scratch);
      case COLOR -> ColorOperations.saturate(pixels, from, shape, 1 + magnitude);
      case POSTERIZE -> ColorOperations.posterize(pixels, from, shape, (int) magnitude);
      case SOLARIZE -> ColorOperations.solarize(pixels, from, shape, magnitude);
      case CONTRAST -> ColorOperations.contrast(pixels, from, shape, 1 + magnitude);
      case SHARPNESS -> ColorOperations.sharpen(pixels, from, shape, 1 + magnitude, scratch);
      case BRIGHTNESS -> ColorOperations.brighten(pixels, from, shape, 1 + magnitude);
      case AUTOCONTRAST -> ColorOperations.stretch(pixels, from, shape);
      case EQUALIZE -> ColorOperations.equalize(pixels, from, shape);
      case INVERT -> ColorOperations.solarize(pixels, from, shape, 0);
    }
  }

  private static void transform(
      AffineSampler sampler,
      Interpolation interpolation,
      byte[] pixels,
      int from,
      ImageShape shape,
      byte[] scratch) {
    System.arraycopy(pixels, from, scratch, 0, shape.size());
    sampler.sample(scratch, 0, pixels, from, shape.channels(), interpolation, 0, GREY);
  }
}
