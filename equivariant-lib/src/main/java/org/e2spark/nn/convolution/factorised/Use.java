package org.e2spark.nn.convolution.factorised;

import ai.djl.Device;
import org.e2spark.text.Text;

/**
 * What a layer is used for, as far as the best evaluation depends on it. As text: {@code
 * training/16x28x28/cpu}.
 *
 * @param purpose whether gradients are computed
 * @param batch number of images, rounded up to a power of two
 * @param height of the images
 * @param width of the images
 * @param device kind of device
 */
public record Use(Purpose purpose, int batch, int height, int width, String device) {

  /** Whether gradients are computed. */
  public enum Purpose {
    TRAINING,
    EVALUATION
  }

  static Use of(Purpose purpose, ai.djl.ndarray.types.Shape images, Device device) {
    int batch = Math.max(1, (int) images.get(0));
    int rounded = batch == 1 ? 1 : Integer.highestOneBit(batch - 1) << 1;
    return new Use(
        purpose, rounded, (int) images.get(2), (int) images.get(3), device.getDeviceType());
  }

  /** The same with another number of images. */
  Use withBatch(int images) {
    return new Use(purpose, images, height, width, device);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if the text is of another form
   */
  public static Use parse(String text) {
    try {
      String[] parts = text.split("[/x]", -1);
      if (parts.length == 5) {
        return new Use(
            Purpose.valueOf(parts[0].toUpperCase(java.util.Locale.ROOT)),
            Integer.parseInt(parts[1]),
            Integer.parseInt(parts[2]),
            Integer.parseInt(parts[3]),
            parts[4]);
      }
    } catch (IllegalArgumentException e) {
      throw invalid(text, e);
    }
    throw invalid(text, null);
  }

  private static IllegalArgumentException invalid(String text, Exception cause) {
    return new IllegalArgumentException(
        "Invalid use of a layer: " + text + " (such as training/16x28x28/cpu)", cause);
  }

  @Override
  public String toString() {
    return Text.format(
        "%s/%dx%dx%d/%s",
        purpose.name().toLowerCase(java.util.Locale.ROOT), batch, height, width, device);
  }
}
