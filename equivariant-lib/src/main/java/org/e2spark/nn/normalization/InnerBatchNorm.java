package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Permutation;
import org.e2spark.nn.PlainFields;
import org.e2spark.nn.Pointwise;
import org.e2spark.torch.Ops;

/**
 * Batch normalisation whose statistics are shared by the channels of a field, so that permuting
 * them changes nothing; for fields that permute their channels.
 *
 * <p>Fields of one size {@code s} are normalised together by {@code batch_norm_[s]}, which has one
 * scale, shift, mean and variance per field, taken over the batch, space and the field's channels.
 */
public final class InnerBatchNorm extends Pointwise {

  private record Group(int fieldSize, int fields, int from, Constant channels, BatchNorm norm) {

    boolean isContiguous() {
      return channels == null;
    }
  }

  private final List<Group> groups = new ArrayList<>();
  private final Constant order;

  /** With the usual numbers. */
  public InnerBatchNorm(FieldType type) {
    this(type, BatchNormOptions.DEFAULT);
  }

  /** With other numbers, or without a learnt scale and shift. */
  public InnerBatchNorm(FieldType type, BatchNormOptions options) {
    super(type);
    Map<Integer, List<Integer>> bySize = new TreeMap<>();
    for (int field = 0; field < type.fields(); field++) {
      int size = type.representations().get(field).size();
      bySize.computeIfAbsent(size, s -> new ArrayList<>()).add(field);
    }
    long[] placed = new long[type.size()];
    int next = 0;
    for (Map.Entry<Integer, List<Integer>> entry : bySize.entrySet()) {
      int size = entry.getKey();
      int[] fields = FieldType.ints(entry.getValue());
      BatchNorm norm =
          addChildBlock("batch_norm_[" + size + "]", new BatchNorm(fields.length, options));
      long[] channels = type.channels(fields);
      boolean contiguous = channels[channels.length - 1] - channels[0] == channels.length - 1;
      groups.add(
          new Group(
              size,
              fields.length,
              (int) channels[0],
              contiguous ? null : constant(channels),
              norm));
      for (long channel : channels) {
        placed[next++] = channel;
      }
    }
    Permutation permutation = Permutation.of(placed);
    this.order = permutation.isIdentity() ? null : constant(permutation.inverse());
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    if (groups.size() == 1) {
      return normalise(groups.get(0), store, x, mode);
    }
    NDList parts = new NDList();
    for (Group group : groups) {
      NDArray part =
          group.isContiguous()
              ? x.get(
                  ":, " + group.from() + ":" + (group.from() + group.fields() * group.fieldSize()))
              : Ops.indexSelect(x, 1, group.channels().at(x));
      parts.add(normalise(group, store, part, mode));
      part.close();
    }
    NDArray joined = NDArrays.concat(parts, 1);
    parts.close();
    if (order == null) {
      return joined;
    }
    NDArray ordered = Ops.indexSelect(joined, 1, order.at(x));
    joined.close();
    return ordered;
  }

  private static NDArray normalise(Group group, ParameterStore store, NDArray x, Mode mode) {
    Shape shape = x.getShape();
    if (group.fieldSize() == 1) {
      return group.norm().compute(store, x, mode);
    }
    NDArray fields =
        x.reshape(shape.get(0), group.fields(), group.fieldSize(), shape.get(2), shape.get(3));
    NDArray normalised = group.norm().compute(store, fields, mode);
    NDArray y = normalised.reshape(shape);
    fields.close();
    normalised.close();
    return y;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return groups.get(0).norm().remembers() ? affine(arrays) : ofBatch(arrays);
  }

  private PlainLayer affine(PlainArrays arrays) {
    double[] scale = new double[inType().size()];
    double[] shift = new double[inType().size()];
    for (Group group : groups) {
      BatchNorm.ScaleAndShift affine = group.norm().scaleAndShift();
      int i = 0;
      for (int field = 0; field < inType().fields(); field++) {
        if (inType().end(field) - inType().start(field) == group.fieldSize()) {
          Arrays.fill(scale, inType().start(field), inType().end(field), affine.scale()[i]);
          Arrays.fill(shift, inType().start(field), inType().end(field), affine.shift()[i]);
          i++;
        }
      }
    }
    return new Affine(arrays.perChannel(scale), arrays.perChannel(shift));
  }

  private PlainLayer ofBatch(PlainArrays arrays) {
    List<PlainLayer> parts = new ArrayList<>();
    List<Long> placed = new ArrayList<>();
    for (Group group : groups) {
      long[] channels =
          inType()
              .channels(
                  IntStream.range(0, inType().fields())
                      .filter(f -> inType().end(f) - inType().start(f) == group.fieldSize())
                      .toArray());
      parts.add(
          Sequence.of(
              Selection.of(arrays, channels), group.norm().ofBatch(arrays, group.fieldSize())));
      LongStream.of(channels).forEach(placed::add);
    }
    return PlainFields.reordered(
        arrays,
        new Branches(parts, Branches.Combination.CONCATENATION),
        placed.stream().mapToLong(Long::longValue).toArray());
  }
}
