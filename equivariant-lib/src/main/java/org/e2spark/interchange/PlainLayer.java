package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * One layer of a plain network: a value that holds numbers and arrays, and says how it computes.
 *
 * <p>Images are (batch, channels, height, width), vectors (batch, channels). The arrays belong to
 * the network.
 */
public sealed interface PlainLayer
    permits AdaptivePooling,
        Affine,
        BatchNormalization,
        Branches,
        Convolution,
        Dense,
        Elementwise,
        FactorisedConvolution,
        FieldMoments,
        FieldReduction,
        Flatten,
        LongestVectorPooling,
        Moments,
        Padding,
        PixelScaling,
        Pooling,
        Resize,
        Selection,
        Sequence,
        SpatialReduction,
        VectorOfMaximum,
        VectorScaling {

  /** The layer as a DJL block that shares this layer's arrays: a stock one where there is one. */
  default Block block() {
    return new OperationBlock(this);
  }

  /**
   * Computes the layer; part of the recorded computation.
   *
   * @param x (batch, channels, ...)
   * @return owned by the manager of {@code x}
   */
  default NDArray apply(NDArray x) {
    Program program = Program.of(this, "");
    List<NDArray> operands = new ArrayList<>(List.of(x));
    operands.addAll(program.arrays().values());
    return program.function().apply(x.getManager(), operands.toArray(NDArray[]::new));
  }

  /**
   * Appends what this layer does to a program.
   *
   * @param x the expression of the input
   * @return the expression of the output
   */
  String write(Program program, String x);
}
