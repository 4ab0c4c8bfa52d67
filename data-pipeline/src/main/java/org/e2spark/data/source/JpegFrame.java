package org.e2spark.data.source;

import java.util.Arrays;

/**
 * What the header of a JPEG frame says (ITU-T T.81, B.2.2).
 *
 * @param precision bits of a sample
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param ids identifier of each component
 * @param across horizontal sampling factor of each component
 * @param down vertical sampling factor of each component
 */
@SuppressWarnings("ArrayRecordComponent") // made and used once
record JpegFrame(int precision, int height, int width, int[] ids, int[] across, int[] down) {

  private static final int FIXED_BYTES = 6;
  private static final int COMPONENT_BYTES = 3;

  /** Reads a header; null if it contradicts itself or leaves the height to a later marker. */
  static JpegFrame of(byte[] bytes, int at, int length) {
    int components = length < FIXED_BYTES ? 0 : bytes[at + 5] & 0xff;
    if (components == 0 || length != FIXED_BYTES + components * COMPONENT_BYTES) {
      return null;
    }
    int height = (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
    int width = (bytes[at + 3] & 0xff) << 8 | (bytes[at + 4] & 0xff);
    int[] ids = new int[components];
    int[] across = new int[components];
    int[] down = new int[components];
    boolean valid = height > 0 && width > 0;
    for (int c = 0; c < components; c++) {
      int component = at + FIXED_BYTES + c * COMPONENT_BYTES;
      ids[c] = bytes[component] & 0xff;
      across[c] = (bytes[component + 1] & 0xff) >> 4;
      down[c] = bytes[component + 1] & 0xf;
      valid &= across[c] >= 1 && across[c] <= 4 && down[c] >= 1 && down[c] <= 4;
    }
    return valid ? new JpegFrame(bytes[at] & 0xff, height, width, ids, across, down) : null;
  }

  int components() {
    return ids.length;
  }

  boolean hasIds(int first, int second, int third) {
    return ids.length == 3 && ids[0] == first && ids[1] == second && ids[2] == third;
  }

  private static int largest(int[] factors) {
    int largest = 1;
    for (int factor : factors) {
      largest = Math.max(largest, factor);
    }
    return largest;
  }

  /**
   * Interpolates components of full width and half the height as libjpeg-turbo's triangle filter
   * does. A JDK built with libjpeg-turbo has done so; the older libjpeg that most are built with,
   * which does so for the other common samplings, repeats the rows.
   */
  void smooth(StoredSamples samples) {
    for (int c = 0; c < components(); c++) {
      if (across[c] == largest(across) && 2 * down[c] == largest(down)) {
        smoothRows(samples.planes(), c * height * width);
      }
    }
  }

  private boolean rowsRepeat(byte[] planes, int plane) {
    for (int y = 0; y + 1 < height; y += 2) {
      int row = plane + y * width;
      if (!Arrays.equals(planes, row, row + width, planes, row + width, row + 2 * width)) {
        return false;
      }
    }
    return true;
  }

  private void smoothRows(byte[] planes, int plane) {
    if (!rowsRepeat(planes, plane)) {
      return;
    }
    int stored = (height + 1) / 2;
    byte[] rows = new byte[stored * width];
    for (int y = 0; y < stored; y++) {
      System.arraycopy(planes, plane + 2 * y * width, rows, y * width, width);
    }
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.min(stored - 1, Math.max(0, y % 2 == 0 ? near - 1 : near + 1));
      int bias = 1 + y % 2;
      for (int x = 0; x < width; x++) {
        int sum = 3 * (rows[near * width + x] & 0xff) + (rows[far * width + x] & 0xff);
        planes[plane + y * width + x] = (byte) ((sum + bias) >> 2);
      }
    }
  }
}
