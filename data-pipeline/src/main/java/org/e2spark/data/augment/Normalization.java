package org.e2spark.data.augment;

import java.io.Serializable;
import java.util.List;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/**
 * Bytes to floats: {@code (pixel / 255 - mean) / std}, channel by channel.
 *
 * @param mean each channel's mean of pixel / 255
 * @param std each channel's standard deviation of pixel / 255, above 0
 */
public record Normalization(List<Double> mean, List<Double> std) implements Serializable {

  /**
   * Checks the statistics.
   *
   * @throws IllegalArgumentException if the lists differ in length, are empty, or hold a value that
   *     is not finite or a deviation that is not above 0
   */
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid channel statistics: %d means and %d deviations (one of each a channel)",
              mean.size(), std.size()));
    }
    for (int c = 0; c < mean.size(); c++) {
      if (!Double.isFinite(mean.get(c)) || !(std.get(c) > 0) || !Double.isFinite(std.get(c))) {
        throw new IllegalArgumentException(
            Text.format(
                "Invalid statistics of channel %d: mean %s, deviation %s (finite, deviation above 0)",
                c, mean.get(c), std.get(c)));
      }
    }
  }

  /**
   * Writes the normalised batch.
   *
   * @param pixels {@code (batch, channels, height, width)}, unsigned bytes
   * @param shape the shape of each image
   * @param out receives {@code (batch, channels, height, width)} floats from its start
   * @throws IllegalArgumentException if the channels differ from the statistics', {@code pixels} is
   *     not whole images or {@code out} is too short
   */
  public void apply(byte[] pixels, ImageShape shape, float[] out) {
    int images = pixels.length / shape.size();
    Batches.check(pixels.length, shape, images);
    if (shape.channels() != mean.size() || out.length < pixels.length) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot normalise %d bytes of shape %s into %d floats with statistics of %d channels",
              pixels.length, shape, out.length, mean.size()));
    }
    int plane = shape.planeSize();
    for (int c = 0; c < shape.channels(); c++) {
      float scale = (float) (1 / (255 * std.get(c)));
      float shift = (float) (-mean.get(c) / std.get(c));
      for (int i = 0; i < images; i++) {
        int from = (i * shape.channels() + c) * plane;
        for (int p = from; p < from + plane; p++) {
          out[p] = (pixels[p] & 0xff) * scale + shift;
        }
      }
    }
  }
}
