package org.e2spark.data.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * The strips or tiles of a TIFF image that are JPEG streams (TIFF Technical Note 2), each decoded
 * by the rules of a JPEG file.
 */
final class TiffJpeg {

  private static final int SOI_BYTES = 2;
  private static final int EOI_BYTES = 2;

  private final EncodedImage image;
  private final byte[] tables;
  private final StoredSamples samples;

  /**
   * @param image the file
   * @param tables the stream of tables that all pieces share; empty if there is none
   * @param samples takes the components
   */
  TiffJpeg(EncodedImage image, byte[] tables, StoredSamples samples) {
    this.image = image;
    this.tables = tables;
    this.samples = samples;
  }

  /**
   * Decodes the pieces of an image, row by row.
   *
   * @param height rows of a piece, but those at the lower edge may have fewer
   * @param width columns of a piece
   */
  void decode(long[] offsets, long[] bytes, int height, int width) throws IOException {
    int across = (samples.width() + width - 1) / width;
    long pieces = (long) across * ((samples.height() + height - 1) / height);
    if (offsets.length != pieces || bytes.length != pieces) {
      throw image.damaged(0, offsets.length + " strips or tiles of " + pieces);
    }
    for (int i = 0; i < pieces; i++) {
      decode(
          (int) offsets[i], (int) bytes[i], i / across * height, i % across * width, height, width);
    }
  }

  private void decode(int offset, int bytes, int top, int left, int height, int width)
      throws IOException {
    int rows = Math.min(height, samples.height() - top);
    int columns = Math.min(width, samples.width() - left);
    try (JpegImage piece = new JpegImage(stream(offset, bytes), image.name())) {
      if (piece.components() != samples.channels()
          || piece.height() < rows
          || piece.height() > height
          || piece.width() < columns
          || piece.width() > width) {
        throw image.damaged(offset, "a JPEG stream of another shape than its strip or tile");
      }
      put(piece.storedComponents(), top, left, rows, columns);
      if (piece.notes().contains(ImageNote.EXTRANEOUS_BYTES)) {
        image.note(ImageNote.EXTRANEOUS_BYTES);
      }
    } catch (BadImageDataException e) {
      throw image.damaged(offset, "a JPEG stream with " + e.found(), e);
    }
  }

  private byte[] stream(int offset, int bytes) {
    if (tables.length < SOI_BYTES + EOI_BYTES || bytes < SOI_BYTES) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.write(image.encoded(), offset, bytes);
      return whole.toByteArray();
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(tables, 0, tables.length - EOI_BYTES);
    joined.write(image.encoded(), offset + SOI_BYTES, bytes - SOI_BYTES);
    return joined.toByteArray();
  }

  private void put(StoredSamples piece, int top, int left, int rows, int columns) {
    for (int c = 0; c < samples.channels(); c++) {
      for (int y = 0; y < rows; y++) {
        System.arraycopy(
            piece.planes(),
            (c * piece.height() + y) * piece.width(),
            samples.planes(),
            (c * samples.height() + top + y) * samples.width() + left,
            columns);
      }
    }
  }
}
