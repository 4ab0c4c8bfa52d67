package org.e2spark.golden;

import java.util.Locale;
import org.e2spark.diffop.DiffopOptions;
import org.e2spark.diffop.Discretization;
import org.e2spark.diffop.RadialFunction;
import org.e2spark.kernel.KernelOptions;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.convolution.ConvolutionBuilder;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.R2ConvTransposed;
import org.e2spark.nn.convolution.R2Diffop;
import org.e2spark.nn.convolution.SteerableBuilder;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.torch.Ops;

/** Builds convolutions and differential operators from the reference's options. */
final class ConvolutionTable {

  private ConvolutionTable() {}

  static SteerableConvolution convolution(FieldType in, FieldType out, CaseOptions options) {
    R2Conv.Builder builder = R2Conv.builder(in, out);
    kernel(builder, options);
    builder.paddingMode(border(options));
    return builder.build();
  }

  static SteerableConvolution transposed(FieldType in, FieldType out, CaseOptions options) {
    R2ConvTransposed.Builder builder = R2ConvTransposed.builder(in, out);
    kernel(builder, options);
    options.size("output_padding").ifPresent(builder::outputPadding);
    return builder.build();
  }

  static SteerableConvolution operator(FieldType in, FieldType out, CaseOptions options) {
    R2Diffop.Builder builder = R2Diffop.builder(in, out);
    shared(builder, options);
    options.ignore("cache");
    builder.paddingMode(border(options));
    options.ifInteger("kernel_size", builder::kernelSize);
    return builder.basis(basis -> operators(basis, options)).build();
  }

  private static void operators(DiffopOptions.Builder basis, CaseOptions options) {
    options.ifInteger("accuracy", basis::accuracy);
    options.ifInteger("maximum_order", basis::maximumOrder);
    options.ifInteger("maximum_power", basis::maximumPower);
    options.ifInteger("maximum_offset", basis::maximumOffset);
    options.ifNumber("angle_offset", basis::angleOffset);
    options.ifNumber(
        "smoothing", sigma -> basis.discretization(new Discretization.GaussianDerivatives(sigma)));
    RadialFunction function = RadialFunction.of(options.text("radial_basis_function", "ga"));
    if (options.flag("rbffd", false)) {
      basis.discretization(new Discretization.RadialBasisFunctions(function));
    }
  }

  /** What every convolution with sampled kernels has. */
  static void kernel(ConvolutionBuilder<?> builder, CaseOptions options) {
    shared(builder, options);
    builder
        .kernelSize(options.require("kernel_size").getAsInt())
        .basis(basis -> kernels(basis, options));
  }

  private static void kernels(KernelOptions.Builder basis, CaseOptions options) {
    options
        .get("sigma")
        .ifPresent(
            value -> {
              if (value.isJsonArray()) {
                basis.sigmas(CaseOptions.numbers(value));
              } else {
                basis.sigma(value.getAsDouble());
              }
            });
    options.ifNumber("frequencies_cutoff", basis::frequenciesCutoff);
    options.get("rings").map(CaseOptions::numbers).ifPresent(basis::rings);
    options.ifInteger("maximum_offset", basis::maximumOffset);
  }

  private static void shared(SteerableBuilder<?, ?> builder, CaseOptions options) {
    options.ignore("recompute", "initialize");
    String expansion = options.text("basisexpansion", "blocks");
    if (!expansion.equals("blocks")) {
      throw new IllegalArgumentException(
          "Unknown basis expansion of " + options.owner() + ": " + expansion + " (known: blocks)");
    }
    options.size("padding").ifPresent(builder::padding);
    options.size("stride").ifPresent(builder::stride);
    options.ifInteger("dilation", builder::dilation);
    options.ifInteger("groups", builder::groups);
    if (!options.flag("bias", true)) {
      builder.noBias();
    }
  }

  private static Ops.Border border(CaseOptions options) {
    return Ops.Border.valueOf(options.text("padding_mode", "zeros").toUpperCase(Locale.ROOT));
  }
}
