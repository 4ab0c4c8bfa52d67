package org.e2spark.data.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import javax.imageio.IIOException;
import org.e2spark.data.text.Text;

/**
 * Decodes PNG, JPEG, BMP and TIFF images to CHW bytes.
 *
 * <p>One rule in every format: samples as they are stored, with no colour profile, gamma or
 * transparency applied. Of 16-bit samples the upper byte is kept; samples of fewer than 8 bits are
 * spread over 0 to 255; YCbCr, which is how JPEG stores RGB, becomes RGB. Alpha channels, bands
 * beyond the colours and pages after the first are left out, which is noted. Other colour spaces
 * are refused. Sizes are read and checked before any pixel is.
 *
 * @param shape what every image must have; a grey image is spread over three channels only if
 *     {@code conversion} allows it
 * @param sizes whether images of other sizes are resampled
 * @param orientation whether images are turned as their files say
 */
record ImageDecoder(
    ImageShape shape, ColorConversion conversion, SizeConversion sizes, ExifOrientation orientation)
    implements Serializable {

  /** A decoder of images of one size. */
  ImageDecoder(ImageShape shape, ColorConversion conversion, ExifOrientation orientation) {
    this(shape, conversion, SizeConversion.NONE, orientation);
  }

  /**
   * A decoded image.
   *
   * @param pixels CHW bytes
   * @param notes what was left out or passed over
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Decoded(byte[] pixels, List<ImageNote> notes) {

    /** What stands for the image of a sample that was read for its label only. */
    static final Decoded NONE = of(Sample.NO_IMAGE);

    /** Pixels of which nothing was left out. */
    static Decoded of(byte[] pixels) {
      return new Decoded(pixels, List.of());
    }
  }

  /** Decodes an image, or says why it cannot be. */
  Decoded decode(byte[] encoded, String name) {
    return guarded(
        encoded,
        name,
        image -> {
          boolean swapped = isApplied(image, orientation) && image.orientation().swapsSides();
          if (sizes == SizeConversion.NONE) {
            checkSize(
                swapped ? image.width() : image.height(),
                swapped ? image.height() : image.width(),
                name);
          } else if (!ImageShape.isValid(3, image.height(), image.width())) {
            throw image.refused("an image of at most 64 MiB", image.height() + "x" + image.width());
          }
          StoredSamples samples = seen(image, orientation);
          return new Decoded(pixels(image, samples, name), List.copyOf(image.notes()));
        });
  }

  /** The shape that an image has in itself. */
  static ImageShape shapeOf(byte[] encoded, String name, ExifOrientation orientation) {
    return guarded(
        encoded,
        name,
        image -> {
          if (!ImageShape.isValid(3, image.height(), image.width())) {
            throw image.refused("an image of at most 64 MiB", image.height() + "x" + image.width());
          }
          StoredSamples samples = seen(image, orientation);
          return new ImageShape(samples.channels(), samples.height(), samples.width());
        });
  }

  private static boolean isApplied(EncodedImage image, ExifOrientation orientation) {
    return orientation == ExifOrientation.APPLY && image.orientation() != Orientation.UPRIGHT;
  }

  private static StoredSamples seen(EncodedImage image, ExifOrientation use) throws IOException {
    StoredSamples samples = image.samples();
    if (image.orientation() != Orientation.UPRIGHT) {
      image.note(ImageNote.orientation(image.orientation(), use));
    }
    return isApplied(image, use) ? image.orientation().apply(samples) : samples;
  }

  private interface Use<T> {
    T apply(EncodedImage image) throws IOException;
  }

  private static <T> T guarded(byte[] encoded, String name, Use<T> use) {
    try (EncodedImage image = EncodedImage.open(encoded, name)) {
      try {
        return use.apply(image);
      } catch (BadImageDataException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        // Damaged images make the JDK's readers fail in every way; each means the same.
        throw image.damaged(image.position(), told(e), e);
      }
    }
  }

  /** What a reader says of the data; not what its code stumbled over. */
  private static String told(Exception failure) {
    if (failure instanceof EOFException) {
      return "the end of the data before the last sample";
    }
    boolean meant = failure instanceof IIOException || failure instanceof IllegalArgumentException;
    return meant && failure.getMessage() != null
        ? failure.getMessage()
        : "data that cannot be followed";
  }

  private void checkSize(int height, int width, String name) {
    if (height != shape.height() || width != shape.width()) {
      throw bad(
          name,
          Text.format(
              "an image of %dx%d like the first (resize others: --shape or --resize)",
              shape.height(), shape.width()),
          height + "x" + width);
    }
  }

  private byte[] pixels(EncodedImage image, StoredSamples samples, String name) {
    ImageShape stored = new ImageShape(samples.channels(), samples.height(), samples.width());
    ImageShape sized = new ImageShape(samples.channels(), shape.height(), shape.width());
    byte[] planes = samples.planes();
    if (!stored.equals(sized)) {
      image.note(ImageNote.RESIZED);
      planes = TriangleResampler.resize(planes, stored, sized);
    }
    boolean grey = samples.channels() == 1;
    if (grey == (shape.channels() == 1)) {
      return planes;
    }
    if (conversion == ColorConversion.NONE) {
      throw bad(
          name,
          Text.format(
              "%s image like the first (convert others: --shape %s)",
              shape.channels() == 1 ? "a grey" : "a colour", shape),
          (grey ? "a grey" : "a colour") + " image");
    }
    image.note(grey ? ImageNote.SPREAD : ImageNote.REDUCED);
    byte[] out = new byte[shape.size()];
    int plane = shape.planeSize();
    for (int i = 0; i < plane; i++) {
      if (grey) {
        out[i] = planes[i];
        out[plane + i] = planes[i];
        out[2 * plane + i] = planes[i];
      } else {
        out[i] = luma(planes[i] & 0xff, planes[plane + i] & 0xff, planes[2 * plane + i] & 0xff);
      }
    }
    return out;
  }

  /** ITU-R 601 luma in 16-bit fixed point, as PIL's conversion to "L". */
  private static byte luma(int red, int green, int blue) {
    return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  }

  private static BadImageDataException bad(String name, String expected, String found) {
    return new BadImageDataException(name, expected, found);
  }
}
