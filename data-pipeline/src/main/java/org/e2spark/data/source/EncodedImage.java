package org.e2spark.data.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.data.text.Text;

/**
 * An image file in memory, its header read: what it says of the image, and its samples as they are
 * stored. One subclass a format; each knows what of its format is refused.
 */
abstract sealed class EncodedImage implements AutoCloseable
    permits PngImage, JpegImage, TiffImage, BmpImage {

  private static final int GIF = 0x474946;
  private static final int RIFF = 0x52494646;

  private final String format;
  private final byte[] encoded;
  private final String name;
  private final List<ImageNote> notes = new ArrayList<>();

  EncodedImage(String format, byte[] encoded, String name) {
    this.format = format;
    this.encoded = encoded;
    this.name = name;
  }

  /** Reads the header of an image in the format that its first bytes tell. */
  static EncodedImage open(byte[] bytes, String name) {
    int first = bytes.length < 4 ? 0 : ByteBuffer.wrap(bytes).getInt();
    if (first == 0x89504e47) {
      return new PngImage(bytes, name);
    }
    if (first >>> 8 == 0xffd8ff) {
      return new JpegImage(bytes, name);
    }
    if (first >>> 16 == 0x424d) {
      return new BmpImage(bytes, name);
    }
    if (first == 0x49492a00 || first == 0x4d4d002a) {
      return new TiffImage(bytes, name);
    }
    throw new BadImageDataException(
        name, 0, "a PNG, JPEG, BMP or TIFF image", first(bytes.length, first));
  }

  private static String first(int length, int first) {
    if (length < 4) {
      return length + " bytes";
    }
    String known = "";
    if (first >>> 8 == GIF) {
      known = "a GIF image, ";
    } else if (first == RIFF) {
      known = "a WebP image or another RIFF file, ";
    } else if (first == 0x49492b00 || first == 0x4d4d002b) {
      known = "a BigTIFF image, ";
    }
    return known + Text.format("first bytes 0x%08x", first);
  }

  /** Rows as they are stored. */
  abstract int height() throws IOException;

  /** Columns as they are stored. */
  abstract int width() throws IOException;

  /** How the file says that the image is to be turned. */
  abstract Orientation orientation();

  /** Decodes the samples; what is left out is among the {@link #notes} then. */
  abstract StoredSamples samples() throws IOException;

  /** Where in the file the reader is, or was when it failed. */
  abstract long position();

  @Override
  public abstract void close();

  final byte[] encoded() {
    return encoded;
  }

  final String name() {
    return name;
  }

  final List<ImageNote> notes() {
    return notes;
  }

  final void note(ImageNote note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  final BadImageDataException refused(String expected, String found) {
    return new BadImageDataException(name, expected, found);
  }

  final BadImageDataException damaged(long offset, String found) {
    return damaged(offset, found, null);
  }

  final BadImageDataException damaged(long offset, String found, Throwable cause) {
    return new BadImageDataException(
        name, Math.min(offset, encoded.length), "an undamaged " + format + " image", found, cause);
  }
}
