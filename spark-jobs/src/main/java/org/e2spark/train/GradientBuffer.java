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
  private final RunningStatistics statistics;
  private final NDArray flat;
  private final NDArray host;
  private final ByteBuffer bytes;
  private final List<NDArray> views = new ArrayList<>();
  private final Map<String, NDArray> gradients = new LinkedHashMap<>();

  /**
   * @param statistics of the layout
   * @param manager who owns the memory, on the parameters' device
   */
  GradientBuffer(GradientLayout layout, RunningStatistics statistics, NDManager manager) {
    this.layout = layout;
    this.statistics = statistics;
    flat = manager.zeros(new Shape(layout.size()), DataType.FLOAT32);
    long from = 0;
    for (Parameter tensor : layout.tensors()) {
      views.add(view(flat, from, tensor.getShape()));
      from += tensor.getShape().size();
    }
    for (int i = 0; i < layout.trained().size(); i++) {
      gradients.put(layout.trained().get(i).name(), views.get(i));
    }
    host = flat.getDevice().isGpu() ? flat.toDevice(Device.cpu(), true) : flat;
    bytes = host.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static NDArray view(NDArray array, long from, Shape shape) {
    try (NDArray slice = array.get(new NDIndex().addSliceDim(from, from + shape.size()))) {
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
      addGradients(parts, 0, layout.trained().size());
      addRest(parts, sums);
      Ops.concatInto(flat, parts);
    }
  }

  /** As {@link #fill}, of some tensors' gradients alone. */
  void fillGradients(Stretch stretch) {
    try (NDList parts = new NDList()) {
      addGradients(parts, stretch.first, stretch.end);
      stretch.fill(parts);
    }
  }

  /** As {@link #fill}, of all but the gradients. */
  void fillRest(Stretch stretch, SampleSums sums) {
    try (NDList parts = new NDList()) {
      addRest(parts, sums);
      stretch.fill(parts);
    }
  }

  private void addGradients(NDList parts, int first, int end) {
    for (StateDict.Entry entry : layout.trained().subList(first, end)) {
      NDArray parameter = entry.parameter().getArray();
      parts.add(parameter.hasGradient() ? parameter.getGradient() : parameter.zerosLike());
    }
  }

  private void addRest(NDList parts, SampleSums sums) {
    try (NDManager scratch = flat.getManager().newSubManager()) {
      for (int i = 0; i < layout.statistics().size(); i++) {
        NDArray weighted = statistics.averaged(i, scratch).mul(sums.samples());
        weighted.attach(flat.getManager());
        parts.add(weighted);
      }
    }
    float[] tail = {(float) sums.loss(), sums.correct(), sums.samples()};
    parts.add(flat.getManager().create(tail));
  }

  /** The stretch of some trained tensors. */
  Stretch gradients(int first, int end) {
    return new Stretch(first, end, offset(first), offset(end));
  }

  /** The stretch of all that is no gradient. */
  Stretch rest() {
    int gradients = layout.trained().size();
    return new Stretch(gradients, views.size(), offset(gradients), layout.size());
  }

  private long offset(int tensor) {
    return layout.tensors().subList(0, tensor).stream().mapToLong(t -> t.getShape().size()).sum();
  }

  /** A stretch of the array, with its bytes; kept from step to step. */
  final class Stretch {
    private final int first;
    private final int end;
    private final NDArray part;
    private final NDArray hostPart;
    private final ByteBuffer stretch;

    private Stretch(int first, int end, long from, long to) {
      this.first = first;
      this.end = end;
      part = view(flat, from, new Shape(to - from));
      hostPart = host == flat ? part : view(host, from, new Shape(to - from));
      stretch =
          bytes
              .duplicate()
              .order(ByteOrder.LITTLE_ENDIAN)
              .limit((int) to * Float.BYTES)
              .position((int) from * Float.BYTES);
    }

    private void fill(NDList parts) {
      Ops.concatInto(part, parts);
    }

    /** The stretch of the array's bytes, as they are now. */
    ByteBuffer toHost() {
      if (hostPart != part) {
        Ops.copyInto(hostPart, part);
      }
      return stretch;
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
