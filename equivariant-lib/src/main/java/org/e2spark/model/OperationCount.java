package org.e2spark.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.util.Pair;
import org.e2spark.nn.HasParts.Part;
import org.e2spark.nn.LayerWalk;
import org.e2spark.nn.convolution.ConvolutionGeometry;
import org.e2spark.nn.convolution.SteerableConvolution;

/**
 * Multiplications that a network makes of one image, with every convolution as the ordinary one
 * that it is equal to: those of convolutions and linear maps, which are nearly all.
 */
final class OperationCount {

  private OperationCount() {}

  /**
   * Counts.
   *
   * @param network initialised for images of the shape
   * @param image (1, channels, height, width)
   */
  static long of(Block network, Shape image) {
    long steerable =
        LayerWalk.of(network, image).stream().mapToLong(OperationCount::steerable).sum();
    return steerable + plain(network);
  }

  private static long steerable(Part part) {
    if (!(part.module() instanceof SteerableConvolution convolution)
        || convolution.geometry().isEmpty()) {
      return 0;
    }
    ConvolutionGeometry geometry = convolution.geometry().get();
    long filter =
        (long) geometry.kernelSize()
            * geometry.kernelSize()
            * convolution.inType().size()
            / geometry.groups()
            * convolution.outType().size();
    Shape out = convolution.outputShape(part.input());
    return filter * out.get(2) * out.get(3);
  }

  private static long plain(Block block) {
    long count = 0;
    if (block instanceof Convolution || block instanceof Linear) {
      Parameter weight = block.getDirectParameters().get("weight");
      Shape out = block.getOutputShapes(block.getInputShapes())[0];
      count = weight.getArray().size() * out.size() / out.get(0) / out.get(1);
    }
    for (Pair<String, Block> child : block.getChildren()) {
      count += plain(child.getValue());
    }
    return count;
  }
}
