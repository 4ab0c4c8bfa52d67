package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import java.util.Map;
import java.util.stream.IntStream;

/** DJL's own blocks as plain layers. */
final class StockBlocks {

  private static final Map<String, Elementwise.Function> FUNCTIONS =
      Map.of(
          "ReLU", Elementwise.Function.RELU,
          "sigmoid", Elementwise.Function.SIGMOID,
          "Tanh", Elementwise.Function.TANH);

  /** So far from any mean that only the slope matters. */
  private static final float FAR = 0x1p60f;

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
    if (block instanceof BatchNorm) {
      return normalization(block, arrays);
    }
    if (block instanceof LambdaBlock function) {
      return activation(function, arrays);
    }
    throw new UnsupportedExportException(
        "A "
            + block.getClass().getName()
            + " does not say what it computes; let the block implement HasPlainForm");
  }

  private static PlainLayer activation(LambdaBlock block, PlainArrays arrays) {
    Elementwise.Function function = FUNCTIONS.get(block.getName());
    if (function != null) {
      return Elementwise.of(function);
    }
    return switch (block.getName()) {
      case "ELU" ->
          new Elementwise(Elementwise.Function.ELU, -value(block, arrays, Float.NEGATIVE_INFINITY));
      case "LeakyReLU" ->
          new Elementwise(Elementwise.Function.LEAKY_RELU, -value(block, arrays, -1));
      default ->
          throw new UnsupportedExportException(
              "A function block named "
                  + block.getName()
                  + " does not say what it computes; use the block() of a PlainLayer instead");
    };
  }

  /** DJL's normalisation hides what it adds to variances, but not the slope that comes of it. */
  private static PlainLayer normalization(Block block, PlainArrays arrays) {
    NDArray running = block.getDirectParameters().get("runningMean").getArray();
    double[] mean = PlainArrays.values(running);
    double[] shift = PlainArrays.values(block.getDirectParameters().get("beta").getArray());
    double[] scale;
    try (NDManager manager = arrays.manager().newSubManager()) {
      NDArray far = manager.full(new Shape(1, mean.length), FAR, running.getDataType());
      NDArray ends = NDArrays.concat(new NDList(far, far.neg()));
      double[] y =
          PlainArrays.values(
              block
                  .forward(new ParameterStore(manager, false), new NDList(ends), false)
                  .singletonOrThrow());
      scale =
          IntStream.range(0, mean.length)
              .mapToDouble(i -> (y[i] - y[i + mean.length]) / (2 * FAR))
              .toArray();
    }
    for (int i = 0; i < mean.length; i++) {
      shift[i] -= mean[i] * scale[i];
    }
    return new Affine(arrays.perChannel(scale), arrays.perChannel(shift));
  }

  /** DJL's activations hide their parameter, but not its effect. */
  private static double value(LambdaBlock block, PlainArrays arrays, float x) {
    NDList y =
        block.forward(
            new ParameterStore(arrays.manager(), false),
            new NDList(arrays.manager().create(new float[] {x})),
            false);
    return y.singletonOrThrow().toFloatArray()[0];
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
