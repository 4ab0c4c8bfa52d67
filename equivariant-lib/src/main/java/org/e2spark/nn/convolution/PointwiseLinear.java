package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.e2spark.init.WeightInit;
import org.e2spark.interchange.Dense;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.torch.Ops;

/**
 * An equivariant linear map of the fields at each point, by Schur's lemma a mixture of maps between
 * equal irreps: a convolution with a kernel of one pixel that also takes vectors.
 *
 * <p>Input: (batch, inType().size(), ...), any number of axes; output: (batch, outType().size(),
 * ...). Parameters as those of {@link R2Conv} with kernel size 1.
 */
public final class PointwiseLinear extends SteerableConvolution {

  private static final FilterGeometry PIXEL = pixel(1);

  /** With a learnt shift of the output's trivial irreps. */
  public PointwiseLinear(FieldType in, FieldType out) {
    this(in, out, Bias.LEARNT);
  }

  private PointwiseLinear(FieldType in, FieldType out, Bias bias) {
    super(in, out, layout(in, out), bias, WeightInit.GENERALIZED_HE);
  }

  /** Without a shift. */
  public static PointwiseLinear withoutBias(FieldType in, FieldType out) {
    return new PointwiseLinear(in, out, Bias.NONE);
  }

  /** A convolution whose kernel is one pixel. */
  static FilterGeometry pixel(int groups) {
    return new FilterGeometry(1, Size2d.of(0), Size2d.of(1), 1, Ops.Border.ZEROS, groups);
  }

  /** The intertwiners between fields: kernels of one pixel. */
  static KernelLayout layout(FieldType in, FieldType out) {
    return R2Conv.builder(in, out).kernelSize(1).layout(in, out);
  }

  @Override
  NDArray oriented(NDArray filter) {
    return filter;
  }

  @Override
  NDArray convolve(NDArray x, NDArray filter, NDArray shift) {
    Shape shape = x.getShape();
    if (shape.dimension() == 4) {
      return PIXEL.apply(x, filter, shift);
    }
    NDArray image = x.reshape(shape.get(0), shape.get(1), -1, 1);
    NDArray mapped = PIXEL.apply(image, filter, shift);
    NDArray y = mapped.reshape(outputShape(shape));
    image.close();
    mapped.close();
    return y;
  }

  @Override
  PlainLayer plainForm(PlainArrays arrays, NDArray filter, NDArray shift) {
    boolean vectors = inputShapes != null && inputShapes[0].dimension() == 2;
    return vectors
        ? new Dense(filter.reshape(outType().size(), inType().size()), shift)
        : PIXEL.plainForm(filter, shift);
  }
}
