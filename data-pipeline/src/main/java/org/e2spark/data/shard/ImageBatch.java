package org.e2spark.data.shard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.e2spark.data.source.ImageShape;

/**
 * One worker's part of a global batch.
 *
 * <p>Close it when its tensors are made: its memory then serves a later batch, unless {@link
 * #images} gave it away.
 */
public final class ImageBatch implements AutoCloseable {
  private final long position;
  private final int globalSize;
  private final long[] ids;
  private final int[] labels;
  private final ShardManifest manifest;
  private final Consumer<ByteBuffer> recycler;
  private ByteBuffer images;
  private boolean shared;

  ImageBatch(
      long position,
      int globalSize,
      long[] ids,
      int[] labels,
      ByteBuffer images,
      ShardManifest manifest,
      Consumer<ByteBuffer> recycler) {
    this.position = position;
    this.globalSize = globalSize;
    this.ids = ids;
    this.labels = labels;
    this.images = images;
    this.manifest = manifest;
    this.recycler = recycler;
  }

  /**
   * Position in the epoch's order of the global batch's first sample: progress before this batch.
   */
  public long position() {
    return position;
  }

  /** Number of samples of the global batch, over all workers. */
  public int globalSize() {
    return globalSize;
  }

  /** Number of samples in this worker's part; may be 0. */
  public int size() {
    return ids.length;
  }

  /** The samples' ids. */
  public long[] ids() {
    return ids.clone();
  }

  /** The samples' classes. */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * The classes as a tensor.
   *
   * @return int64 (batch)
   */
  public NDArray labels(NDManager manager) {
    long[] wide = new long[labels.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = labels[i];
    }
    return manager.create(wide);
  }

  /**
   * The images as stored, without a copy: the tensor looks at the batch's memory or straight into
   * the mapped file. Read it only: writing in place would change the batch, or end the process if
   * the memory is a file's.
   *
   * @return uint8 (batch, channels, height, width)
   */
  public NDArray images(NDManager manager) {
    shared = true;
    return view(manager);
  }

  /**
   * The images normalised with the manifest's statistics: {@code (pixel/255 - mean) / std} a
   * channel.
   *
   * @return float32 (batch, channels, height, width), a copy
   */
  public NDArray floats(NDManager manager) {
    NDArray floats;
    try (NDArray bytes = view(manager)) {
      floats = bytes.toType(DataType.FLOAT32, true);
    }
    List<Double> mean = manifest.statistics().mean();
    List<Double> std = manifest.statistics().std();
    int channels = mean.size();
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double deviation = std.get(c) > 0 ? std.get(c) : 1;
      scale[c] = (float) (1 / (255 * deviation));
      shift[c] = (float) (mean.get(c) / deviation);
    }
    if (channels == 1) {
      return floats.muli(scale[0]).subi(shift[0]);
    }
    Shape perChannel = new Shape(1, channels, 1, 1);
    try (NDArray scales = manager.create(scale, perChannel);
        NDArray shifts = manager.create(shift, perChannel)) {
      return floats.muli(scales).subi(shifts);
    }
  }

  private NDArray view(NDManager manager) {
    ImageShape shape = manifest.shape();
    Shape batch = new Shape(ids.length, shape.channels(), shape.height(), shape.width());
    if (ids.length == 0) {
      return manager.zeros(batch, DataType.UINT8);
    }
    if (images == null) {
      throw new IllegalStateException("The batch at position " + position + " is closed");
    }
    return manager.create(images, batch, DataType.UINT8);
  }

  @Override
  public void close() {
    if (images != null && !shared) {
      recycler.accept(images);
    }
    images = null;
  }
}
