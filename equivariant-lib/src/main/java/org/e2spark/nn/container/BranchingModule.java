package org.e2spark.nn.container;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.torch.Ops;

/**
 * Takes the fields apart by labels, so that each kind can be treated in its own way; {@link
 * MergeModule} does that and puts them together again, {@link MultipleModule} both.
 *
 * <p>As a DJL block it takes (batch, inType().size(), height, width) and gives one such array per
 * label, in the order of {@link #outTypes}.
 */
public final class BranchingModule extends AbstractBlock implements HasPlainForm {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Branch(FieldType type, long[] channels, Constant index) {}

  private final FieldType inType;
  private final Map<String, Branch> branches = new LinkedHashMap<>();

  /** Fields with equal labels, in the order in which they come. */
  public BranchingModule(FieldType type, List<String> labels) {
    this(type, labels, Reshuffle.NONE);
  }

  /**
   * @param labels one per field
   * @param reshuffle how the fields of each branch are ordered
   * @throws IllegalArgumentException if there are not as many labels as fields
   */
  public BranchingModule(FieldType type, List<String> labels, Reshuffle reshuffle) {
    this.inType = type;
    type.fieldsByLabel(labels);
    Map<String, List<Integer>> fields = new LinkedHashMap<>();
    for (int field : reshuffle.order(type, labels)) {
      fields.computeIfAbsent(labels.get(field), label -> new ArrayList<>()).add(field);
    }
    fields.forEach(
        (label, list) -> {
          int[] ints = FieldType.ints(list);
          long[] channels = type.channels(ints);
          boolean contiguous =
              IntStream.range(0, channels.length).allMatch(i -> channels[i] == channels[0] + i);
          branches.put(
              label,
              new Branch(
                  type.select(ints), channels, contiguous ? null : Constant.indices(channels)));
        });
  }

  /** The fields this module takes. */
  public FieldType inType() {
    return inType;
  }

  /** The fields it gives, by label; labels in order of first appearance. */
  public Map<String, FieldType> outTypes() {
    Map<String, FieldType> types = new LinkedHashMap<>();
    branches.forEach((label, branch) -> types.put(label, branch.type()));
    return Collections.unmodifiableMap(types);
  }

  /**
   * Takes fields apart.
   *
   * @return by label, owned by the manager of {@code x}
   * @throws FieldTypeException if {@code x} has another type than {@link #inType}
   */
  public Map<String, GeometricTensor> forward(GeometricTensor x) {
    FieldTypeException.check("BranchingModule", inType, x.type());
    Map<String, GeometricTensor> fields = new LinkedHashMap<>();
    parts(x.array())
        .forEach((label, part) -> fields.put(label, branches.get(label).type().wrap(part)));
    return fields;
  }

  /** The channels of each branch. */
  Map<String, NDArray> parts(NDArray x) {
    Map<String, NDArray> parts = new LinkedHashMap<>();
    branches.forEach((label, branch) -> parts.put(label, part(branch, x)));
    return parts;
  }

  /** The channels of some labels' fields, one label after the other. */
  long[] channels(List<String> labels) {
    return labels.stream()
        .flatMapToLong(label -> LongStream.of(branches.get(label).channels()))
        .toArray();
  }

  private static NDArray part(Branch branch, NDArray x) {
    long from = branch.channels()[0];
    return branch.index() == null
        ? x.get(":, " + from + ":" + (from + branch.type().size()))
        : Ops.indexSelect(x, 1, branch.index().at(x));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    return new NDList(parts(inputs.singletonOrThrow()).values());
  }

  /** The branches' channels in one array, one label after the other. */
  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return Selection.of(arrays, channels(List.copyOf(branches.keySet())));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape in = inputShapes[0];
    return branches.values().stream()
        .map(branch -> new Shape(in.get(0), branch.type().size(), in.get(2), in.get(3)))
        .toArray(Shape[]::new);
  }

  @Override
  public void initialize(NDManager manager, DataType type, Shape... inputShapes) {
    super.initialize(manager, type, inputShapes);
    constants().forEach(constant -> constant.keepWith(manager));
  }

  @Override
  public void clear() {
    constants().forEach(Constant::close);
  }

  private List<Constant> constants() {
    return branches.values().stream()
        .map(Branch::index)
        .filter(java.util.Objects::nonNull)
        .toList();
  }
}
