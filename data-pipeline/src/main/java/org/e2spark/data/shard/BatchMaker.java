package org.e2spark.data.shard;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Gathers the samples of a worker's part of a global batch. */
final class BatchMaker {
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final ShardDataset dataset;
  private final BatchPlan plan;
  private final SampleOrder order;
  private final BlockingQueue<ByteBuffer> spare;

  /** Order is null for samples as they are stored. */
  BatchMaker(ShardDataset dataset, BatchPlan plan, SampleOrder order, int spares) {
    this.dataset = dataset;
    this.plan = plan;
    this.order = order;
    this.spare = new ArrayBlockingQueue<>(spares);
  }

  ImageBatch make(long batch) {
    long start = plan.start(batch);
    int count = (int) (plan.end(batch) - start);
    long[] samples = new long[count];
    long[] ids = new long[count];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      samples[i] = order == null ? start + i : order.sampleAt(start + i);
      ids[i] = dataset.id(samples[i]);
      labels[i] = dataset.label(samples[i]);
    }
    ByteBuffer mapped = order == null && count > 0 ? dataset.imagesWithoutCopy(start, count) : null;
    return new ImageBatch(
        plan.globalStart(batch),
        plan.globalSize(batch),
        ids,
        labels,
        mapped != null ? mapped : gather(samples),
        dataset.manifest(),
        mapped != null ? ignored -> {} : spare::offer);
  }

  private ByteBuffer gather(long[] samples) {
    if (samples.length == 0) {
      return NOTHING;
    }
    int imageBytes = dataset.layout().imageBytes();
    int bytes = Math.multiplyExact(samples.length, imageBytes);
    ByteBuffer target = spare.poll();
    // Parts of a global batch differ by one sample at most, so almost every spare buffer fits.
    if (target == null || target.capacity() != bytes) {
      target = ByteBuffer.allocateDirect(bytes);
    }
    for (int i = 0; i < samples.length; i++) {
      dataset.copyImage(samples[i], target, i * imageBytes);
    }
    return target;
  }
}
