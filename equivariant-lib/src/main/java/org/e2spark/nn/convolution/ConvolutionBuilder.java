package org.e2spark.nn.convolution;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.e2spark.kernel.FrequencyCutoff;
import org.e2spark.kernel.KernelOptions;
import org.e2spark.kernel.SteerableBasis;
import org.e2spark.nn.FieldType;

/** The options of steerable convolutions; only the kernel size has no default. */
public abstract class ConvolutionBuilder<B extends ConvolutionBuilder<B>>
    extends SteerableBuilder<B> {

  private final List<Consumer<KernelOptions.Builder>> kernel = new ArrayList<>();
  int kernelSize;
  private double[] defaultRings;

  ConvolutionBuilder(FieldType in, FieldType out) {
    super(in, out);
  }

  /** Pixels along one side of the kernel. */
  public B kernelSize(int value) {
    kernelSize = value;
    return self();
  }

  /** Radii of the Gaussian rings, pixels; by default one for each pixel of radius. */
  public B rings(double... radii) {
    kernel.add(k -> k.rings(radii));
    return self();
  }

  /** Width of every ring, pixels; by default 0.6, 0.4 for the outermost, 0.005 for the centre. */
  public B sigma(double value) {
    kernel.add(k -> k.sigma(value));
    return self();
  }

  /** Width of each ring, pixels. */
  public B sigmas(double... values) {
    kernel.add(k -> k.sigmas(values));
    return self();
  }

  /**
   * Highest angular frequency per pixel of radius, or -1, -2, -3 for the built-in policies; -1 by
   * default.
   */
  public B frequenciesCutoff(double value) {
    kernel.add(k -> k.frequenciesCutoff(value));
    return self();
  }

  /** Highest angular frequency per ring. */
  public B frequenciesCutoff(FrequencyCutoff value) {
    kernel.add(k -> k.frequenciesCutoff(value));
    return self();
  }

  /** The rings of a dilated kernel for which none are set; null for those of the kernel package. */
  void defaultRings(double[] radii) {
    defaultRings = radii;
  }

  KernelLayout layout(FieldType from, FieldType to) {
    if (kernelSize == 0) {
      throw new IllegalStateException("The kernel size must be set");
    }
    KernelOptions.Builder options = KernelOptions.builder(kernelSize).dilation(dilation);
    if (dilation > 1 && defaultRings != null) {
      options.rings(defaultRings);
    }
    kernel.forEach(option -> option.accept(options));
    if (maximumOffset != null) {
      options.maximumOffset(maximumOffset);
    }
    KernelOptions built = options.basisFilter(basisFilter).build();
    return KernelLayout.of(
        from,
        to,
        kernelSize,
        (a, b) -> SteerableBasis.find(in.gspace(), a, b, built),
        (a, b) -> SteerableBasis.noneLeft(in.gspace(), a, b, built));
  }
}
