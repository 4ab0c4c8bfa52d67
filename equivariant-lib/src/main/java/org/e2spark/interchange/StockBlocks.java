package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import java.util.Map;

/** DJL's own blocks as plain layers. */
final class StockBlocks {

  private static final Map<String, Elementwise.Function> FUNCTIONS =
      Map.of(
          "ReLU", Elementwise.Function.RELU,
          "sigmoid", Elementwise.Function.SIGMOID,
          "Tanh", Elementwise.Function.TANH);

  private StockBlocks() {}

  /**
   * The plain form of any block.
   *
   * @throws UnsupportedExportException if it has none
   */
  static PlainLayer plainForm(Block block, PlainArrays arrays) {
    if (block instanceof HasPlainForm known) {
      return known.plainForm(arrays);
    }
    if (block instanceof SequentialBlock) {
      return new Sequence(
          block.getChildren().values().stream().map(child -> plainForm(child, arrays)).toList());
    }
    if (block instanceof Conv2d convolution) {
      return new Convolution(
          copy(block, "weight", arrays),
          copy(block, "bias", arrays),
          Convolution.Geometry.forward(
              convolution.getStride(),
              convolution.getPadding(),
              convolution.getDilation(),
              convolution.getGroups()));
    }
    if (block instanceof Linear) {
      return new Dense(copy(block, "weight", arrays), copy(block, "bias", arrays));
    }
    if (block instanceof LambdaBlock function && FUNCTIONS.containsKey(function.getName())) {
      return Elementwise.of(FUNCTIONS.get(function.getName()));
    }
    throw new UnsupportedExportException(
        "A "
            + block.getClass().getName()
            + " does not say what it computes; let the block implement HasPlainForm");
  }

  private static NDArray copy(Block block, String name, PlainArrays arrays) {
    ParameterList parameters = block.getDirectParameters();
    return parameters.contains(name) ? arrays.copy(parameters.get(name).getArray()) : null;
  }

  /** Gives a fresh block's parameter an array, which training will not change. */
  static void set(Block block, String name, NDArray array) {
    if (array != null) {
      Parameter parameter = block.getDirectParameters().get(name);
      parameter.setArray(array);
      parameter.freeze(true);
    }
  }
}
