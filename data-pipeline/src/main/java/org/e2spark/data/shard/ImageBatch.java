package org.e2spark.data.shard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.e2spark.data.source.ImageShape;

/**
 * One worker's part of a global batch.
 *
 * <p>Close it when its tensors are made: its memory then serves a later batch, unless {@link
 * #images} gave it away.
 */
public final class ImageBatch implements AutoCloseable {
  private final long start;
  private final long position;
  private final int globalSize;
  private final long[] ids;
  private final int[] labels;
  private final double[] weights;
  private final ShardManifest manifest;
  private final SpareBuffers buffers;
  private final boolean mapped;
  private ByteBuffer images;

  /** Without buffers, the images are a file's mapping and go back to nobody. */
  ImageBatch(
      long start,
      long position,
      int globalSize,
      long[] ids,
      int[] labels,
      double[] weights,
      ByteBuffer images,
      ShardManifest manifest,
      SpareBuffers buffers) {
    this(
        start,
        position,
        globalSize,
        ids,
        labels,
        weights,
        images,
        manifest,
        buffers,
        buffers == null);
  }

  private ImageBatch(
      long start,
      long position,
      int globalSize,
      long[] ids,
      int[] labels,
      double[] weights,
      ByteBuffer images,
      ShardManifest manifest,
      SpareBuffers buffers,
      boolean mapped) {
    this.start = start;
    this.position = position;
    this.globalSize = globalSize;
    this.ids = ids;
    this.labels = labels;
    this.weights = weights;
    this.images = images;
    this.manifest = manifest;
    this.buffers = buffers;
    this.mapped = mapped;
  }

  /**
   * Some of this part's samples, in the same memory: for use until this is closed. Closing it frees
   * nothing.
   *
   * @param from the first, counted in this part
   * @param to one after the last
   * @throws IndexOutOfBoundsException when there are no such samples
   */
  public ImageBatch slice(int from, int to) {
    Objects.checkFromToIndex(from, to, ids.length);
    int bytes = manifest.shape().size();
    return new ImageBatch(
        start + from,
        position,
        globalSize,
        Arrays.copyOfRange(ids, from, to),
        Arrays.copyOfRange(labels, from, to),
        Arrays.copyOfRange(weights, from, to),
        images == null ? null : images.slice(from * bytes, (to - from) * bytes),
        manifest,
        null,
        mapped);
  }

  /** Position in the epoch's order of this part's first sample. */
  public long start() {
    return start;
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

  /** How much the samples count beside others of their split; 1 where all count the same. */
  public double[] weights() {
    return weights.clone();
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
   * The images as bytes. Where they lie together in a mapped file, as in stored order, the tensor
   * looks straight into that file, without a copy; otherwise it has its own memory. Never write it
   * in place: writing to a file's mapping ends the process.
   *
   * @return uint8 (batch, channels, height, width)
   */
  public NDArray images(NDManager manager) {
    if (mapped || ids.length == 0) {
      return view(manager);
    }
    try (NDArray bytes = view(manager)) {
      return bytes.duplicate();
    }
  }

  /**
   * The images as floats from 0 to 255.
   *
   * @return float32 (batch, channels, height, width), a copy
   */
  public NDArray pixels(NDManager manager) {
    try (NDArray bytes = view(manager)) {
      return bytes.toType(DataType.FLOAT32, true);
    }
  }

  /**
   * The images normalised with the manifest's statistics: {@code (pixel/255 - mean) / std} a
   * channel.
   *
   * @return float32 (batch, channels, height, width), a copy
   */
  public NDArray floats(NDManager manager) {
    NDArray floats = pixels(manager);
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
    if (images != null && buffers != null) {
      buffers.giveBack(images);
    }
    images = null;
  }
}
