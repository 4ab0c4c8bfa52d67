package org.e2spark.data.shard;

import java.nio.ByteBuffer;
import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.AugmentationKey;

/**
 * Gathers the samples of a worker's part of a global batch.
 *
 * @param dataset where they are
 * @param plan which positions are whose
 * @param order the epoch's order, or null for samples as they are stored
 * @param augmentation how the batch is changed, or null
 * @param key seed and epoch of the augmentation
 * @param buffers where memory comes from and goes to
 */
record BatchMaker(
    ShardDataset dataset,
    BatchPlan plan,
    SampleOrder order,
    Augmentation augmentation,
    AugmentationKey key,
    SpareBuffers buffers) {

  ImageBatch make(long batch) {
    long start = plan.start(batch);
    int count = (int) (plan.end(batch) - start);
    long[] samples = new long[count];
    long[] ids = new long[count];
    int[] labels = new int[count];
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      samples[i] = order == null ? start + i : order.sampleAt(start + i);
      ids[i] = dataset.id(samples[i]);
      labels[i] = dataset.label(samples[i]);
      weights[i] = dataset.weight(samples[i]);
    }
    ByteBuffer mapped = null;
    if (order == null && augmentation == null && count > 0) {
      mapped = dataset.imagesWithoutCopy(start, count);
    }
    return new ImageBatch(
        start,
        plan.globalStart(batch),
        plan.globalSize(batch),
        ids,
        labels,
        weights,
        mapped != null ? mapped : gather(samples, ids),
        dataset.manifest(),
        mapped != null ? null : buffers);
  }

  private ByteBuffer gather(long[] samples, long[] ids) {
    int imageBytes = dataset.layout().imageBytes();
    ByteBuffer target = buffers.take(Math.multiplyExact(samples.length, imageBytes));
    if (augmentation == null) {
      copy(samples, target);
    } else {
      byte[] pixels = new byte[target.capacity()];
      copy(samples, ByteBuffer.wrap(pixels));
      augmentation.apply(pixels, dataset.manifest().shape(), ids, key);
      target.put(0, pixels);
    }
    return target;
  }

  private void copy(long[] samples, ByteBuffer target) {
    int imageBytes = dataset.layout().imageBytes();
    for (int i = 0; i < samples.length; i++) {
      dataset.copyImage(samples[i], target, i * imageBytes);
    }
  }
}
