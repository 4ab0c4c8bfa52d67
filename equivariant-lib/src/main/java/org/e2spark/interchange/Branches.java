package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Layers side by side on one input.
 *
 * @param layers at least one
 * @param combination how their outputs become one
 */
public record Branches(List<PlainLayer> layers, Combination combination) implements PlainLayer {

  /** How several outputs become one. */
  public enum Combination {
    /** The channels of the first, then those of the second, and so on. */
    CONCATENATION,
    /** The sum of corresponding values, with broadcasting. */
    SUM,
    /** The product of corresponding values, with broadcasting. */
    PRODUCT
  }

  public Branches {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("Branches need at least one layer");
    }
  }

  /** The channels of some layers' outputs after each other. */
  public static Branches concatenation(PlainLayer... layers) {
    return new Branches(List.of(layers), Combination.CONCATENATION);
  }

  /** The sum of some layers' outputs. */
  public static Branches sum(PlainLayer... layers) {
    return new Branches(List.of(layers), Combination.SUM);
  }

  /** The product of some layers' outputs. */
  public static Branches product(PlainLayer... layers) {
    return new Branches(List.of(layers), Combination.PRODUCT);
  }

  @Override
  public Block block() {
    return new ParallelBlock(this::combine, layers.stream().map(PlainLayer::block).toList());
  }

  private NDList combine(List<NDList> outputs) {
    NDList all = new NDList();
    outputs.forEach(all::addAll);
    return new NDList(
        switch (combination) {
          case CONCATENATION -> NDArrays.concat(all, 1);
          case SUM -> all.stream().reduce(NDArray::add).orElseThrow();
          case PRODUCT -> all.stream().reduce(NDArray::mul).orElseThrow();
        });
  }

  @Override
  public String write(Program program, String x) {
    List<String> outputs = layers.stream().map(layer -> layer.write(program, x)).toList();
    return switch (combination) {
      case CONCATENATION ->
          program.let(
              "torch.cat(%s, 1)", outputs.stream().collect(Collectors.joining(", ", "[", "]")));
      case SUM ->
          outputs.stream().reduce((a, b) -> program.let("torch.add(%s, %s)", a, b)).orElseThrow();
      case PRODUCT ->
          outputs.stream().reduce((a, b) -> program.let("torch.mul(%s, %s)", a, b)).orElseThrow();
    };
  }
}
