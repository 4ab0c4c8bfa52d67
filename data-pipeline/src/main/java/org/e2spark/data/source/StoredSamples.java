package org.e2spark.data.source;

import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;

/**
 * The samples of an image as its file stores them, brought to bytes.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param planes (channels, height, width)
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record StoredSamples(int channels, int height, int width, byte[] planes) {

  /**
   * The first bands of a raster. Of samples of more than 8 bits the upper byte is kept; those of
   * fewer are spread over 0 to 255.
   */
  static StoredSamples of(Raster raster, int channels) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    SampleModel samples = raster.getSampleModel();
    byte[] planes = new byte[channels * height * width];
    int[] row = new int[width];
    for (int c = 0; c < channels; c++) {
      int bits = samples.getSampleSize(c);
      for (int y = 0; y < height; y++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, c, row);
        int at = (c * height + y) * width;
        for (int x = 0; x < width; x++) {
          planes[at + x] = toByte(row[x], bits);
        }
      }
    }
    return new StoredSamples(channels, height, width, planes);
  }

  static byte toByte(int sample, int bits) {
    if (bits == Byte.SIZE) {
      return (byte) sample;
    }
    return (byte) (bits > Byte.SIZE ? sample >>> (bits - 8) : sample * 255 / ((1 << bits) - 1));
  }

  /**
   * The colours that the samples of a raster choose from a palette; grey if every colour of it is.
   *
   * @throws IllegalArgumentException if a sample is beyond the palette
   */
  static StoredSamples of(Raster raster, Palette palette) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int channels = palette.isGrey() ? 1 : 3;
    byte[] planes = new byte[channels * height * width];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        if (row[x] >= palette.size()) {
          throw new IllegalArgumentException(
              "colour " + row[x] + " of a palette of " + palette.size());
        }
        for (int c = 0; c < channels; c++) {
          planes[(c * height + y) * width + x] = palette.channels()[c][row[x]];
        }
      }
    }
    return new StoredSamples(channels, height, width, planes);
  }

  /**
   * The colours of a palette.
   *
   * @param channels for red, green and blue, the level of each colour
   */
  @SuppressWarnings("ArrayRecordComponent") // made and used once
  record Palette(byte[][] channels) {

    static Palette of(IndexColorModel colors) {
      byte[][] channels = new byte[3][colors.getMapSize()];
      colors.getReds(channels[0]);
      colors.getGreens(channels[1]);
      colors.getBlues(channels[2]);
      return new Palette(channels);
    }

    int size() {
      return channels[0].length;
    }

    boolean isGrey() {
      for (int i = 0; i < size(); i++) {
        if (channels[0][i] != channels[1][i] || channels[0][i] != channels[2][i]) {
          return false;
        }
      }
      return true;
    }
  }
}
