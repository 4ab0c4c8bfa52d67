package org.e2spark.nn.container;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;

/**
 * Applies a module to each of several inputs with labels, and stacks what they give in the order of
 * the modules. Parameters are named {@code submodule_0.…}, {@code submodule_1.…}.
 *
 * <p>As a DJL block it takes one array per label, in the order of {@link #labels}.
 */
public final class MergeModule extends AbstractBlock implements HasPlainForm {

  /**
   * A module and what it is applied to.
   *
   * @param labels the inputs, whose fields the module takes one label after the other
   * @param module takes those fields
   */
  public record Branch(List<String> labels, EquivariantModule module) {

    /** Checks that there is an input. */
    public Branch {
      labels = List.copyOf(labels);
      if (labels.isEmpty()) {
        throw new IllegalArgumentException("A module needs at least one label");
      }
    }

    /** A module with one input. */
    public static Branch of(String label, EquivariantModule module) {
      return new Branch(List.of(label), module);
    }
  }

  private final List<Branch> branches;
  private final List<String> labels;
  private final FieldType outType;

  /**
   * @throws FieldTypeException if modules give fields over different spaces
   */
  public MergeModule(List<Branch> branches) {
    this.branches = List.copyOf(branches);
    Set<String> seen = new LinkedHashSet<>();
    FieldType type = null;
    for (int i = 0; i < branches.size(); i++) {
      Branch branch = branches.get(i);
      seen.addAll(branch.labels());
      type = type == null ? branch.module().outType() : type.plus(branch.module().outType());
      addChildBlock("submodule_" + i, branch.module());
    }
    if (type == null) {
      throw new IllegalArgumentException("A merge needs at least one module");
    }
    this.labels = List.copyOf(seen);
    this.outType = type;
  }

  /** The labels of the inputs, in order of first appearance. */
  public List<String> labels() {
    return labels;
  }

  /** The modules and what each is applied to. */
  public List<Branch> branches() {
    return branches;
  }

  /** The fields this module gives. */
  public FieldType outType() {
    return outType;
  }

  /**
   * Applies the modules.
   *
   * @param inputs by label; other labels than those of the modules are ignored
   * @return fields of type {@link #outType}, owned by the manager of the first input
   */
  public GeometricTensor forward(Map<String, GeometricTensor> inputs, Mode mode) {
    NDList parts = new NDList();
    for (Branch branch : branches) {
      GeometricTensor x =
          branch.labels().size() == 1 ? inputs.get(branch.labels().get(0)) : joined(branch, inputs);
      parts.add(branch.module().forward(x, mode).array());
    }
    return outType.wrap(NDArrays.concat(parts, 1));
  }

  private static GeometricTensor joined(Branch branch, Map<String, GeometricTensor> inputs) {
    NDList arrays = new NDList();
    FieldType type = null;
    for (String label : branch.labels()) {
      GeometricTensor input = inputs.get(label);
      arrays.add(input.array());
      type = type == null ? input.type() : type.plus(input.type());
    }
    return new GeometricTensor(NDArrays.concat(arrays, 1), type);
  }

  /** Applies the modules to arrays found by label, which stay open. */
  NDArray compute(ParameterStore store, Map<String, NDArray> inputs, Mode mode) {
    NDList parts = new NDList();
    NDList own = new NDList();
    for (Branch branch : branches) {
      NDList arrays = new NDList();
      branch.labels().forEach(label -> arrays.add(inputs.get(label)));
      NDArray x = arrays.get(0);
      if (arrays.size() > 1) {
        x = NDArrays.concat(arrays, 1);
        own.add(x);
      }
      NDArray y = EquivariantModule.apply(branch.module(), store, x, mode);
      parts.add(y);
      if (y != x) {
        own.add(y);
      }
    }
    NDArray joined = NDArrays.concat(parts, 1);
    own.close();
    return joined;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    Map<String, NDArray> byLabel = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      byLabel.put(labels.get(i), inputs.get(i));
    }
    return new NDList(compute(store, byLabel, Mode.of(training)));
  }

  /** Takes the inputs in one array, one label after the other; needs an initialised block. */
  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    List<PlainLayer> parts = new ArrayList<>();
    for (Branch branch : branches) {
      long[] taken = branch.labels().stream().flatMapToLong(this::channels).toArray();
      parts.add(Sequence.of(Selection.of(arrays, taken), arrays.plainForm(branch.module())));
    }
    return new Branches(parts, Branches.Combination.CONCATENATION);
  }

  private LongStream channels(String label) {
    int input = labels.indexOf(label);
    long from = Arrays.stream(getInputShapes()).limit(input).mapToLong(s -> s.get(1)).sum();
    return LongStream.range(from, from + getInputShapes()[input].get(1));
  }

  @Override
  public DataType precision() {
    return branches.get(0).module().precision();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Branch first = branches.get(0);
    Shape in = inputShapes[labels.indexOf(first.labels().get(0))];
    Shape out = first.module().outputShape(input(first, in));
    return new Shape[] {new Shape(out.get(0), outType.size(), out.get(2), out.get(3))};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    for (Branch branch : branches) {
      Shape first = inputShapes[labels.indexOf(branch.labels().get(0))];
      EquivariantModule.initializeInside(branch.module(), manager, type, input(branch, first));
    }
  }

  /** The shape of what a module takes, images being of the size of an input's. */
  private static Shape input(Branch branch, Shape images) {
    return new Shape(images.get(0), branch.module().inType().size(), images.get(2), images.get(3));
  }

  /** Frees everything that the modules hold. */
  @Override
  public void clear() {
    branches.forEach(branch -> branch.module().close());
  }
}
