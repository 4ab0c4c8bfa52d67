package org.e2spark.nn.convolution;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.e2spark.group.Representation;
import org.e2spark.init.WeightBlock;
import org.e2spark.kernel.EmptyBasisException;
import org.e2spark.kernel.SampledBasis;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.text.Text;

/**
 * The weights of a steerable layer: one block per pair of an input and an output representation,
 * sorted by their names; and the filter that they make.
 *
 * @param in the input fields
 * @param out the output fields
 * @param kernelSize k, pixels along one side of the filter
 * @param blocks the pairs that have kernels, in the order of the weights
 */
record KernelLayout(FieldType in, FieldType out, int kernelSize, List<WeightBlock> blocks) {

  /**
   * Samples a basis for every pair of representations; pairs without kernels have no weights.
   *
   * @param find the basis from one representation to another, if there is one
   * @param noneLeft why there is none
   * @throws EmptyBasisException if no pair has a kernel
   * @throws FieldTypeException if different representations have one name
   */
  static KernelLayout of(
      FieldType in,
      FieldType out,
      int kernelSize,
      BiFunction<Representation, Representation, Optional<SampledBasis>> find,
      BiFunction<Representation, Representation, EmptyBasisException> noneLeft) {
    Map<String, List<Integer>> inputs = fieldsByName(in);
    Map<String, List<Integer>> outputs = fieldsByName(out);
    List<WeightBlock> blocks = new ArrayList<>();
    for (List<Integer> inFields : inputs.values()) {
      for (List<Integer> outFields : outputs.values()) {
        Representation from = in.representations().get(inFields.get(0));
        Representation to = out.representations().get(outFields.get(0));
        find.apply(from, to)
            .map(
                basis ->
                    new WeightBlock(basis, FieldType.ints(inFields), FieldType.ints(outFields)))
            .ifPresent(blocks::add);
      }
    }
    if (blocks.isEmpty()) {
      throw noneLeft.apply(together(in), together(out));
    }
    return new KernelLayout(in, out, kernelSize, List.copyOf(blocks));
  }

  private static Map<String, List<Integer>> fieldsByName(FieldType type) {
    Map<String, List<Integer>> byName = new TreeMap<>(type.fieldsByLabel(type.names()));
    byName.forEach(
        (name, fields) -> {
          Representation first = type.representations().get(fields.get(0));
          if (!fields.stream().allMatch(f -> type.representations().get(f).equals(first))) {
            throw new FieldTypeException(
                Text.format(
                    "Different representations are named %s in %s: weights are laid out by name, so give"
                        + " each a name of its own",
                    name, type));
          }
        });
    return byName;
  }

  private static Representation together(FieldType type) {
    List<Representation> distinct = type.representations().stream().distinct().toList();
    return distinct.size() == 1 ? distinct.get(0) : Representation.directSum(distinct);
  }

  /** (output channels, input channels, k, k). */
  Shape filter() {
    return new Shape(out.size(), in.size(), kernelSize, kernelSize);
  }

  /** The number of weights. */
  int size() {
    return blocks.stream().mapToInt(WeightBlock::size).sum();
  }
}
