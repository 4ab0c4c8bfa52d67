package org.e2spark.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Ops;

/**
 * The array of a {@link GradientLayout}, its views for each tensor, and its bytes in the host's
 * memory; all are kept from step to step. On the CPU the bytes are the array's own.
 */
final class GradientBuffer {

  private final GradientLayout layout;
  private final NDArray flat;
  private final NDArray host;
  private final ByteBuffer bytes;
  private final List<NDArray> views = new ArrayList<>();
  private final Map<String, NDArray> gradients = new LinkedHashMap<>();

  /**
   * @param manager who owns the memory, on the parameters' device
   */
  GradientBuffer(GradientLayout layout, NDManager manager) {
    this.layout = layout;
    flat = manager.zeros(new Shape(layout.size()), DataType.FLOAT32);
    long from = 0;
    for (Parameter tensor : layout.tensors()) {
      views.add(view(from, tensor.getShape()));
      from += tensor.getShape().size();
    }
    for (int i = 0; i < layout.trained().size(); i++) {
      gradients.put(layout.trained().get(i).name(), views.get(i));
    }
    host = flat.getDevice().isGpu() ? flat.toDevice(Device.cpu(), true) : flat;
    bytes = host.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
  }

  private NDArray view(long from, Shape shape) {
    try (NDArray slice = flat.get(new NDIndex().addSliceDim(from, from + shape.size()))) {
      return slice.reshape(shape);
    }
  }

  /** The whole array. */
  NDArray flat() {
    return flat;
  }

  /** One view for each tensor, in the layout's order and the tensors' shapes. */
  List<NDArray> views() {
    return Collections.unmodifiableList(views);
  }

  /** The views of the gradients, by the parameters' names. */
  Map<String, NDArray> gradients() {
    return Collections.unmodifiableMap(gradients);
  }

  /** The views of the running statistics. */
  List<NDArray> statistics() {
    return views().subList(layout.trained().size(), views.size());
  }

  /** Puts what one pass gave in place: gradients, statistics times samples, and sums. */
  void fill(SampleSums sums) {
    try (NDList parts = new NDList()) {
      for (StateDict.Entry entry : layout.trained()) {
        NDArray parameter = entry.parameter().getArray();
        parts.add(parameter.hasGradient() ? parameter.getGradient() : parameter.zerosLike());
      }
      for (StateDict.Entry entry : layout.statistics()) {
        parts.add(entry.parameter().getArray().mul(sums.samples()));
      }
      float[] tail = {(float) sums.loss(), sums.correct(), sums.samples()};
      parts.add(flat.getManager().create(tail));
      Ops.concatInto(flat, parts);
    }
  }

  /** Puts zeros in place, for a worker without samples. */
  void clear() {
    try (NDArray zeros = flat.zerosLike()) {
      Ops.copyInto(flat, zeros);
    }
  }

  /** The array's bytes as they are now, little-endian float32. */
  ByteBuffer toHost() {
    if (host != flat) {
      Ops.copyInto(host, flat);
    }
    return bytes;
  }

  /** Where a sum may be put, to become the array's values by {@link #fromHost}. */
  ByteBuffer host() {
    return bytes;
  }

  /** How many of the bytes are gradients; statistics and sums, which must be exact, follow. */
  int gradientBytes() {
    long rest = GradientLayout.TAIL + statistics().stream().mapToLong(NDArray::size).sum();
    return bytes.limit() - (int) rest * Float.BYTES;
  }

  /** Takes the bytes over. */
  void fromHost() {
    if (host != flat) {
      Ops.copyInto(flat, host);
    }
  }

  /** The sums at the end of the bytes. */
  SampleSums sums() {
    int at = bytes.limit() - GradientLayout.TAIL * Float.BYTES;
    return new SampleSums(
        bytes.getFloat(at),
        (long) bytes.getFloat(at + Float.BYTES),
        (long) bytes.getFloat(at + 2 * Float.BYTES));
  }
}
