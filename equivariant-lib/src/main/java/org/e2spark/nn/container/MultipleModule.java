package org.e2spark.nn.container;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.HasParts;
import org.e2spark.nn.Mode;
import org.e2spark.text.Text;

/**
 * Treats different fields differently: labels say which module each field goes to, and what the
 * modules give is stacked in the order of the modules.
 *
 * <pre>{@code
 * var branches = new BranchingModule(type, labels).outTypes();
 * var layer = MultipleModule.builder(type, labels)
 *     .branch("trivial", new ELU(branches.get("trivial")))
 *     .branch("others", new NormNonLinearity(branches.get("others")))
 *     .build();
 * }</pre>
 *
 * <p>Parameters are named {@code merging.submodule_0.…}, {@code merging.submodule_1.…}.
 */
public final class MultipleModule extends EquivariantModule implements HasParts {

  private final BranchingModule branching;
  private final MergeModule merging;

  private MultipleModule(FieldType in, BranchingModule branching, MergeModule merging) {
    super(in, merging.outType());
    this.branching = addChildBlock("branching", branching);
    this.merging = addChildBlock("merging", merging);
  }

  /**
   * Starts a module.
   *
   * @param labels one per field of {@code type}
   */
  public static Builder builder(FieldType type, List<String> labels) {
    return new Builder(type, labels);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    branching.initialize(manager, type, inputShapes);
    Map<String, FieldType> types = branching.outTypes();
    Shape in = inputShapes[0];
    Shape[] parts =
        merging.labels().stream()
            .map(label -> new Shape(in.get(0), types.get(label).size(), in.get(2), in.get(3)))
            .toArray(Shape[]::new);
    merging.initialize(manager, type, parts);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    Map<String, NDArray> parts = branching.parts(x);
    NDArray y = merging.compute(store, parts, mode);
    parts.values().forEach(NDArray::close);
    return y;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    List<PlainLayer> parts = new ArrayList<>();
    for (MergeModule.Branch branch : merging.branches()) {
      long[] channels = branching.channels(branch.labels());
      parts.add(Sequence.of(Selection.of(arrays, channels), arrays.plainForm(branch.module())));
    }
    return new Branches(parts, Branches.Combination.CONCATENATION);
  }

  @Override
  public Shape outputShape(Shape input) {
    Map<String, FieldType> types = branching.outTypes();
    Shape out = null;
    for (MergeModule.Branch branch : merging.branches()) {
      int channels = branch.labels().stream().mapToInt(label -> types.get(label).size()).sum();
      Shape shape =
          branch
              .module()
              .outputShape(new Shape(input.get(0), channels, input.get(2), input.get(3)));
      if (out != null && (shape.get(2) != out.get(2) || shape.get(3) != out.get(3))) {
        throw new IllegalArgumentException(
            "The branches of one module give images of different sizes: " + out + " and " + shape);
      }
      out = shape;
    }
    return new Shape(out.get(0), outType().size(), out.get(2), out.get(3));
  }

  @Override
  public List<Part> parts(Shape input) {
    List<Part> parts = new ArrayList<>();
    for (MergeModule.Branch branch : merging.branches()) {
      EquivariantModule module = branch.module();
      Shape shape = new Shape(input.get(0), module.inType().size(), input.get(2), input.get(3));
      parts.add(new Part("merging.submodule_" + parts.size(), module, shape));
    }
    return parts;
  }

  /** Collects the branches. */
  public static final class Builder {

    private final FieldType type;
    private final List<String> labels;
    private final List<MergeModule.Branch> branches = new ArrayList<>();
    private Reshuffle reshuffle = Reshuffle.NONE;

    private Builder(FieldType type, List<String> labels) {
      this.type = type;
      this.labels = List.copyOf(labels);
    }

    /** Applies a module to the fields of one label. */
    public Builder branch(String label, EquivariantModule module) {
      return branch(List.of(label), module);
    }

    /** Applies a module to the fields of several labels, one label after the other. */
    public Builder branch(List<String> several, EquivariantModule module) {
      branches.add(new MergeModule.Branch(several, module));
      return this;
    }

    /** How the fields of each branch are ordered; as they come by default. */
    public Builder reshuffle(Reshuffle value) {
      reshuffle = value;
      return this;
    }

    /**
     * The module.
     *
     * @throws FieldTypeException if a module takes other fields than its labels have
     * @throws IllegalArgumentException if labels and modules do not belong together
     */
    public MultipleModule build() {
      var branching = new BranchingModule(type, labels, reshuffle);
      Map<String, FieldType> types = branching.outTypes();
      Set<String> routed = new TreeSet<>();
      branches.forEach(branch -> routed.addAll(branch.labels()));
      if (!routed.equals(new TreeSet<>(types.keySet()))) {
        throw new IllegalArgumentException(
            Text.format(
                "The fields have labels %s but the modules take %s",
                new TreeSet<>(types.keySet()), routed));
      }
      for (MergeModule.Branch branch : branches) {
        FieldType in =
            branch.labels().stream().map(types::get).reduce(FieldType::plus).orElseThrow();
        FieldTypeException.check(
            branch.module().name() + " of branch " + branch.labels(), branch.module().inType(), in);
      }
      return new MultipleModule(type, branching, new MergeModule(branches));
    }
  }
}
