package org.e2spark.data.shard;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.AugmentationKey;

/**
 * Serves one worker's part of every global batch of an epoch, prepared ahead on a thread of its
 * own.
 *
 * <p>With {@code n = size - startAt} samples left, global batch {@code t} is the order's positions
 * {@code [startAt + t·B, min(startAt + (t+1)·B, size))}, made of {@code u} units (single samples,
 * unless {@link Builder#unit} says otherwise); worker {@code r} of {@code W} takes those from
 * {@code ⌊r·u/W⌋} to {@code ⌊(r+1)·u/W⌋}. So every world size sees the same global batches, every
 * worker sees the same number of them, and a worker's part of a small last one may be empty.
 */
public final class BatchReader implements Iterator<ImageBatch>, AutoCloseable {
  private final Prefetcher prefetcher;

  private BatchReader(Prefetcher prefetcher) {
    this.prefetcher = prefetcher;
  }

  /** Starts the description of a reader. */
  public static Builder builder(ShardDataset dataset) {
    return new Builder(dataset);
  }

  @Override
  public boolean hasNext() {
    return prefetcher.hasNext();
  }

  /**
   * The next batch; the caller closes it.
   *
   * @throws NoSuchElementException after the epoch's last
   */
  @Override
  public ImageBatch next() {
    return prefetcher.next();
  }

  /** Stops the thread and waits for its end. */
  @Override
  public void close() {
    prefetcher.close();
  }

  /** Which batches, for whom. */
  public static final class Builder {
    private final ShardDataset dataset;
    private long seed;
    private int epoch;
    private int globalBatch = 64;
    private int unit = 1;
    private int rank;
    private int worldSize = 1;
    private long startAt;
    private int prefetch = 2;
    private boolean stored;
    private Augmentation augmentation;

    private Builder(ShardDataset dataset) {
      this.dataset = dataset;
    }

    /** Seed of the order and of the augmentation; 0 by default. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /** The epoch, from 0. */
    public Builder epoch(int value) {
      this.epoch = value;
      return this;
    }

    /** Samples of a global batch, over all workers; 64 by default. */
    public Builder globalBatch(int value) {
      this.globalBatch = value;
      return this;
    }

    /** Samples of a global batch that are never shared between workers; 1 by default. */
    public Builder unit(int value) {
      this.unit = value;
      return this;
    }

    /** This worker's rank in {@code [0, worldSize)}. */
    public Builder rank(int value) {
      this.rank = value;
      return this;
    }

    /** Number of workers. */
    public Builder worldSize(int value) {
      this.worldSize = value;
      return this;
    }

    /** Samples of this epoch already consumed, over all workers: the first batch begins there. */
    public Builder startAt(long sampleInEpoch) {
      this.startAt = sampleInEpoch;
      return this;
    }

    /** Batches kept ready; 2 by default. */
    public Builder prefetch(int batches) {
      this.prefetch = batches;
      return this;
    }

    /** Reads samples as they are stored instead of in the order of seed and epoch. */
    public Builder storedOrder() {
      this.stored = true;
      return this;
    }

    /** Changes each batch on the reading thread, keyed by seed and epoch; nothing by default. */
    public Builder augmentation(Augmentation value) {
      this.augmentation = value;
      return this;
    }

    /**
     * Starts reading.
     *
     * @throws IllegalArgumentException naming the value that is out of range
     */
    public BatchReader build() {
      check("global batch", globalBatch, 1, 1 << 24);
      check("unit of a batch", unit, 1, 1 << 24);
      check("world size", worldSize, 1, 1 << 20);
      check("rank", rank, 0, worldSize - 1);
      check("start in the epoch", startAt, 0, dataset.size());
      check("number of batches kept ready", prefetch, 1, 1024);
      check("epoch", epoch, 0, Integer.MAX_VALUE);
      BatchPlan plan = new BatchPlan(dataset.size(), startAt, globalBatch, unit, rank, worldSize);
      SampleOrder order = stored ? null : new SampleOrder(dataset.size(), seed, epoch);
      AugmentationKey key = new AugmentationKey(seed, epoch);
      BatchMaker maker =
          new BatchMaker(dataset, plan, order, augmentation, key, new SpareBuffers(prefetch + 2));
      return new BatchReader(new Prefetcher(plan.batches(), maker, prefetch));
    }

    private static void check(String name, long value, long least, long most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            "Invalid " + name + ": " + value + " (must be in [" + least + ", " + most + "])");
      }
    }
  }
}
