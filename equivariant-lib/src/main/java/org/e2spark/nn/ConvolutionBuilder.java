package org.e2spark.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.e2spark.init.WeightInit;
import org.e2spark.kernel.BasisFilter;
import org.e2spark.kernel.FrequencyCutoff;
import org.e2spark.kernel.KernelOptions;
import org.e2spark.kernel.SteerableBasis;

/** The options that steerable convolutions share; only the kernel size has no default. */
public abstract class ConvolutionBuilder<B extends ConvolutionBuilder<B>> {

  final FieldType in;
  final FieldType out;
  private final List<Consumer<KernelOptions.Builder>> kernel = new ArrayList<>();
  int kernelSize;
  Size2d padding = Size2d.of(0);
  Size2d stride = Size2d.of(1);
  int dilation = 1;
  int groups = 1;
  SteerableConvolution.Bias bias = SteerableConvolution.Bias.LEARNT;
  WeightInit initialization = WeightInit.GENERALIZED_HE;

  ConvolutionBuilder(FieldType in, FieldType out) {
    if (!in.gspace().equals(out.gspace())) {
      throw new FieldTypeException(
          "A convolution needs fields over one space but was given " + in + " and " + out);
    }
    this.in = in;
    this.out = out;
  }

  abstract B self();

  /** Pixels along one side of the kernel. */
  public B kernelSize(int value) {
    kernelSize = value;
    return self();
  }

  /** Pixels added on each side; 0 by default. */
  public B padding(int value) {
    return padding(Size2d.of(value));
  }

  /** Rows added above and below, columns added left and right; 0 by default. */
  public B padding(Size2d value) {
    padding = value;
    return self();
  }

  /** Steps between outputs; 1 by default. */
  public B stride(int value) {
    return stride(Size2d.of(value));
  }

  /** Steps between outputs; 1 by default. */
  public B stride(Size2d value) {
    stride = value;
    return self();
  }

  /** Distance of neighbouring pixels of the kernel; 1 by default. */
  public B dilation(int value) {
    dilation = value;
    kernel.add(k -> k.dilation(value));
    return self();
  }

  /** Equal groups of fields that are convolved apart from each other; 1 by default. */
  public B groups(int value) {
    groups = value;
    return self();
  }

  /** Leaves out the learnt shift of the output's trivial irreps. */
  public B noBias() {
    bias = SteerableConvolution.Bias.NONE;
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

  /** How many group orders a frequency may be away from the lowest one; no limit by default. */
  public B maximumOffset(int value) {
    kernel.add(k -> k.maximumOffset(value));
    return self();
  }

  /** Keeps only the kernels that the filter accepts. */
  public B basisFilter(BasisFilter value) {
    kernel.add(k -> k.basisFilter(value));
    return self();
  }

  /** How the weights start; generalised He by default. */
  public B initialization(WeightInit value) {
    initialization = value;
    return self();
  }

  KernelLayout layout(FieldType from, FieldType to) {
    if (kernelSize == 0) {
      throw new IllegalStateException("The kernel size must be set");
    }
    KernelOptions.Builder options = KernelOptions.builder(kernelSize);
    kernel.forEach(option -> option.accept(options));
    KernelOptions built = options.build();
    return KernelLayout.of(from, to, (a, b) -> SteerableBasis.sample(in.gspace(), a, b, built));
  }

  FieldType groupedIn() {
    return SteerableConvolution.firstGroup(in, groups, "input");
  }

  FieldType groupedOut() {
    return SteerableConvolution.firstGroup(out, groups, "output");
  }
}
