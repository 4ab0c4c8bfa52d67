package org.e2spark.data.source;

/**
 * Separable resampling with a triangle filter on half-pixel centres: bilinear when images grow, and
 * stretched over the source pixels of each target pixel when they shrink, so that nothing aliases.
 * Edges are handled by leaving outside pixels out of the average.
 */
public final class TriangleResampler {
  private TriangleResampler() {}

  /** Weights of the source pixels from {@code first} for one target pixel; they add up to 1. */
  @SuppressWarnings("ArrayRecordComponent") // read element by element, never compared
  private record Window(int first, double[] weights) {}

  /**
   * Resamples an image.
   *
   * @param image CHW bytes of shape {@code in}
   * @param out as many channels, another height and width
   */
  public static byte[] resize(byte[] image, ImageShape in, ImageShape out) {
    Window[] columns = windows(in.width(), out.width());
    Window[] rows = windows(in.height(), out.height());
    double[] wide = new double[in.height() * out.width()];
    byte[] result = new byte[out.size()];
    for (int c = 0; c < in.channels(); c++) {
      for (int y = 0; y < in.height(); y++) {
        int from = (c * in.height() + y) * in.width();
        for (int x = 0; x < out.width(); x++) {
          Window window = columns[x];
          double sum = 0;
          for (int i = 0; i < window.weights.length; i++) {
            sum += window.weights[i] * (image[from + window.first + i] & 0xff);
          }
          wide[y * out.width() + x] = sum;
        }
      }
      for (int y = 0; y < out.height(); y++) {
        Window window = rows[y];
        for (int x = 0; x < out.width(); x++) {
          double sum = 0;
          for (int i = 0; i < window.weights.length; i++) {
            sum += window.weights[i] * wide[(window.first + i) * out.width() + x];
          }
          result[(c * out.height() + y) * out.width() + x] = (byte) (int) (sum + 0.5);
        }
      }
    }
    return result;
  }

  private static Window[] windows(int in, int out) {
    double scale = (double) in / out;
    double support = Math.max(1, scale);
    Window[] windows = new Window[out];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(in, (int) (centre + support + 0.5));
      double[] weights = new double[end - first];
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / support);
        sum += weights[k];
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] /= sum;
      }
      windows[i] = new Window(first, weights);
    }
    return windows;
  }
}
