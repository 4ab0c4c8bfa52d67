package org.e2spark.nn.convolution;

import org.e2spark.kernel.KernelOptions;
import org.e2spark.kernel.SteerableBasis;
import org.e2spark.nn.FieldType;

/** The options of steerable convolutions; only the kernel size has no default. */
public abstract class ConvolutionBuilder<B extends ConvolutionBuilder<B>>
    extends SteerableBuilder<B, KernelOptions.Builder> {

  int kernelSize;

  ConvolutionBuilder(FieldType in, FieldType out) {
    super(in, out, KernelOptions.builder());
  }

  /** Pixels along one side of the kernel. */
  public B kernelSize(int value) {
    kernelSize = value;
    return self();
  }

  KernelLayout layout(FieldType from, FieldType to) {
    if (kernelSize == 0) {
      throw new IllegalStateException("The kernel size must be set");
    }
    KernelOptions built = basis.kernelSize(kernelSize).dilation(dilation).build();
    return KernelLayout.of(
        from,
        to,
        kernelSize,
        (a, b) -> SteerableBasis.find(in.gspace(), a, b, built),
        (a, b) -> SteerableBasis.noneLeft(in.gspace(), a, b, built));
  }
}
