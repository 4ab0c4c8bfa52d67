package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import org.e2spark.text.Text;

/**
 * Cross-correlation with a filter, or the transpose of one.
 *
 * @param weight (outputs, inputs / groups, height, width); transposed: (inputs, outputs / groups,
 *     height, width)
 * @param bias (outputs), or null
 * @param geometry how the filter moves
 */
public record Convolution(NDArray weight, NDArray bias, Geometry geometry) implements PlainLayer {

  /** Which way a filter moves. */
  public enum Direction {
    /** Every output looks at a window of the input. */
    FORWARD,
    /** Every input is spread over a window of the output. */
    TRANSPOSED
  }

  /**
   * How a filter moves over the image; height before width.
   *
   * @param outputPadding rows and columns added to a transposed convolution's output; otherwise 0
   */
  public record Geometry(
      Direction direction,
      Shape stride,
      Shape padding,
      Shape dilation,
      Shape outputPadding,
      int groups) {

    /** One step at a time, nothing added around the image. */
    public static Geometry pointwise(int groups) {
      return forward(new Shape(1, 1), new Shape(0, 0), new Shape(1, 1), groups);
    }

    /** Of an ordinary convolution. */
    public static Geometry forward(Shape stride, Shape padding, Shape dilation, int groups) {
      return new Geometry(Direction.FORWARD, stride, padding, dilation, new Shape(0, 0), groups);
    }

    /** Of a transposed convolution. */
    public static Geometry transposed(
        Shape stride, Shape padding, Shape dilation, Shape outputPadding, int groups) {
      return new Geometry(Direction.TRANSPOSED, stride, padding, dilation, outputPadding, groups);
    }

    boolean isSquare() {
      return stride.get(0) == stride.get(1) && dilation.get(0) == dilation.get(1);
    }
  }

  boolean isTransposed() {
    return geometry.direction() == Direction.TRANSPOSED;
  }

  /** Whether this mixes the channels of each pixel, or those of each group, and nothing else. */
  boolean isPointwise() {
    Shape shape = weight.getShape();
    return shape.get(2) == 1
        && shape.get(3) == 1
        && !isTransposed()
        && geometry.stride().equals(new Shape(1, 1))
        && geometry.padding().equals(new Shape(0, 0));
  }

  /** DJL's own convolution, except where that has none or computes the output's shape wrongly. */
  @Override
  public Block block() {
    if (isTransposed() || !geometry.isSquare()) {
      return new OperationBlock(this);
    }
    Shape shape = weight.getShape();
    Conv2d block =
        Conv2d.builder()
            .setKernelShape(new Shape(shape.get(2), shape.get(3)))
            .setFilters((int) shape.get(0))
            .optStride(geometry.stride())
            .optPadding(geometry.padding())
            .optDilation(geometry.dilation())
            .optGroups(geometry.groups())
            .optBias(bias != null)
            .build();
    StockBlocks.set(block, "weight", weight);
    StockBlocks.set(block, "bias", bias);
    return block;
  }

  @Override
  public String write(Program program, String x) {
    String operands =
        x + ", " + program.array("weight", weight) + ", " + program.array("bias", bias);
    String move = list(geometry.stride()) + ", " + list(geometry.padding());
    return isTransposed()
        ? program.let(
            "torch.conv_transpose2d(%s, %s, %s, %d, %s)",
            operands,
            move,
            list(geometry.outputPadding()),
            geometry.groups(),
            list(geometry.dilation()))
        : program.let(
            "torch.conv2d(%s, %s, %s, %d)",
            operands, move, list(geometry.dilation()), geometry.groups());
  }

  private static String list(Shape pair) {
    return Text.format("[%d, %d]", pair.get(0), pair.get(1));
  }
}
