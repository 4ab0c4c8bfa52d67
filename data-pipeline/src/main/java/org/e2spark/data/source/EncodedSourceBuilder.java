package org.e2spark.data.source;

import java.util.Objects;

/** What builders of sources of encoded images share: what is done to images that differ. */
abstract class EncodedSourceBuilder<B extends EncodedSourceBuilder<B>> extends SourceBuilder<B> {

  private ColorConversion conversion = ColorConversion.NONE;
  private SizeConversion sizes = SizeConversion.NONE;
  ExifOrientation orientation = ExifOrientation.AS_STORED;

  /** Sets what becomes of grey images among coloured ones and the reverse (default: an error). */
  public B colorConversion(ColorConversion colorConversion) {
    conversion = Objects.requireNonNull(colorConversion, "colorConversion is null");
    return self();
  }

  /** Sets what becomes of images of other sizes than the set's (default: an error). */
  public B sizeConversion(SizeConversion sizeConversion) {
    sizes = Objects.requireNonNull(sizeConversion, "sizeConversion is null");
    return self();
  }

  /** Sets what becomes of images that were stored turned (default: read as stored). */
  public B exifOrientation(ExifOrientation use) {
    orientation = Objects.requireNonNull(use, "exifOrientation is null");
    return self();
  }

  final ImageDecoder decoder(ImageShape shape) {
    return new ImageDecoder(shape, conversion, sizes, orientation);
  }
}
