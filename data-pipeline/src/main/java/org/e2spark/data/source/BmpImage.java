package org.e2spark.data.source;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.e2spark.data.source.StoredSamples.Palette;

/** A Windows or OS/2 bitmap. */
final class BmpImage extends EncodedImage {

  private static final int HEADER_SIZE = 14;
  private static final int INFO_HEADER = 40;
  private static final int COMPRESSION = 30;
  private static final int CORE_HEADER = 12;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int JPEG = 4;
  private static final int PNG = 5;

  private final BoundedReader reader;

  BmpImage(byte[] encoded, String name) {
    super("bmp", encoded, name);
    checkNothingEmbedded();
    reader = BoundedReader.ofRuntime("bmp", new ByteArrayInputStream(encoded), name);
  }

  /** The JDK would make room for as many bytes as the header says, whatever the file has. */
  private void checkNothingEmbedded() {
    ByteBuffer header = ByteBuffer.wrap(encoded()).order(ByteOrder.LITTLE_ENDIAN);
    if (encoded().length >= COMPRESSION + Integer.BYTES) {
      int compression = header.getInt(COMPRESSION);
      if (header.getInt(HEADER_SIZE) >= INFO_HEADER
          && (compression == JPEG || compression == PNG)) {
        throw refused(
            "a BMP image of pixels",
            "an embedded " + (compression == JPEG ? "JPEG" : "PNG") + " image (take that)");
      }
    }
  }

  /** The reader leaves rows that are not there black, or not, by their compression. */
  private void checkRows() throws IOException {
    ByteBuffer header = ByteBuffer.wrap(encoded()).order(ByteOrder.LITTLE_ENDIAN);
    boolean core = header.getInt(HEADER_SIZE) == CORE_HEADER;
    int compression = core ? 0 : header.getInt(COMPRESSION);
    long bits = header.getShort(core ? 24 : 28) & 0xffff;
    long offset = header.getInt(10) & 0xffffffffL;
    boolean whole;
    if (compression == RLE8 || compression == RLE4) {
      whole = runsReachTheEnd((int) Math.min(offset, encoded().length), compression == RLE4);
    } else {
      long row = (width() * bits + 31) / 32 * 4;
      whole = offset + row * height() <= encoded().length;
    }
    if (!whole) {
      throw damaged(encoded().length, "the end of the file before that of the last row");
    }
  }

  /** Whether runs end with a mark, or with the last pixel. */
  private boolean runsReachTheEnd(int offset, boolean halves) throws IOException {
    byte[] bytes = encoded();
    long x = 0;
    long y = 0;
    int at = offset;
    while (at + 1 < bytes.length) {
      int count = bytes[at] & 0xff;
      int value = bytes[at + 1] & 0xff;
      at += 2;
      if (count > 0) {
        x += count;
      } else if (value == 0) {
        x = 0;
        y++;
      } else if (value == 1) {
        return true;
      } else if (value == 2) {
        x += at < bytes.length ? bytes[at] & 0xff : 0;
        y += at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
        at += 2;
      } else {
        x += value;
        int stored = halves ? (value + 1) / 2 : value;
        at += stored + stored % 2;
      }
    }
    return at <= bytes.length && (y >= height() || (y == height() - 1 && x >= width()));
  }

  @Override
  int height() throws IOException {
    return reader.height();
  }

  @Override
  int width() throws IOException {
    return reader.width();
  }

  @Override
  Orientation orientation() {
    return Orientation.UPRIGHT;
  }

  @Override
  StoredSamples samples() throws IOException {
    checkRows();
    BufferedImage image = reader.image();
    if (image.getColorModel() instanceof IndexColorModel colors) {
      return StoredSamples.of(image.getRaster(), Palette.of(colors));
    }
    int bands = image.getRaster().getNumBands();
    if (bands == 4) {
      note(ImageNote.ALPHA);
    }
    return StoredSamples.of(image.getRaster(), bands < 3 ? 1 : 3);
  }

  @Override
  long position() {
    return reader.position();
  }

  @Override
  public void close() {
    reader.close();
  }
}
