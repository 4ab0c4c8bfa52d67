package org.e2spark.interchange.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;

/**
 * What a layer takes or gives.
 *
 * @param name in the graph
 * @param shape its first dimension stands for any batch
 */
record OnnxValue(String name, Shape shape) {

  /** The dimensions after the batch. */
  long[] sizes() {
    return sizesFrom(1);
  }

  /** Some dimensions, then those that come after the channels. */
  long[] withPlaces(long... channels) {
    return LongStream.concat(LongStream.of(channels), LongStream.of(sizesFrom(2))).toArray();
  }

  private long[] sizesFrom(int axis) {
    return shape.slice(axis).getShape();
  }

  /** The number of places, as of pixels, of a channel. */
  long places() {
    return shape.slice(2).size();
  }
}
