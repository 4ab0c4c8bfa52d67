package org.e2spark.sync;

import java.util.List;
import java.util.Random;

/** Numbers to add up, drawn from a seed. */
final class Samples {

  private Samples() {}

  static float[] values(long seed, int rank, int size) {
    Random random = new Random(seed * 31 + rank);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static List<float[]> reduce(long seed, int worldSize, int size) throws Exception {
    return Ring.run(
        worldSize,
        ring -> {
          float[] values = values(seed, ring.rank(), size);
          ring.allReduceSum(values);
          return values;
        });
  }
}
