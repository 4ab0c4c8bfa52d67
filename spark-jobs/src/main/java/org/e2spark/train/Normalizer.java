package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.e2spark.data.shard.ImageBatch;

/** Turns a batch of bytes into a network's input: {@code (pixel/255 - mean) / std} a channel. */
public final class Normalizer {

  private final float[] scale;
  private final float[] shift;

  /**
   * @param mean of pixel/255, one a channel
   * @param std of pixel/255, one a channel; 0 counts as 1
   */
  public Normalizer(List<Double> mean, List<Double> std) {
    scale = new float[mean.size()];
    shift = new float[mean.size()];
    for (int c = 0; c < scale.length; c++) {
      double deviation = std.get(c) > 0 ? std.get(c) : 1;
      scale[c] = (float) (1 / (255 * deviation));
      shift[c] = (float) (mean.get(c) / deviation);
    }
  }

  /** float32 (batch, channels, height, width) on the manager's device. */
  public NDArray input(ImageBatch batch, NDManager manager) {
    try (NDArray bytes = batch.images(manager)) {
      return input(bytes, manager);
    }
  }

  /**
   * As {@link #input(ImageBatch, NDManager)}.
   *
   * @param bytes levels from 0 to 255, uint8 or float32, (batch, channels, height, width)
   */
  public NDArray input(NDArray bytes, NDManager manager) {
    Shape perChannel = new Shape(1, scale.length, 1, 1);
    try (NDArray scales = manager.create(scale, perChannel);
        NDArray shifts = manager.create(shift, perChannel)) {
      return bytes.toType(DataType.FLOAT32, true).muli(scales).subi(shifts);
    }
  }
}
