package org.e2spark.spec.kinds;

import static org.e2spark.spec.kinds.Common.FIELDS;
import static org.e2spark.spec.kinds.Common.PADDING;
import static org.e2spark.spec.kinds.Common.set;

import java.util.List;
import java.util.stream.Stream;
import org.e2spark.diffop.Discretization;
import org.e2spark.diffop.Discretization.FiniteDifferences.Orientation;
import org.e2spark.diffop.RadialFunction;
import org.e2spark.init.WeightInit;
import org.e2spark.kernel.KernelSubset;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.ConvolutionBuilder;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.PointwiseLinear;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.R2ConvTransposed;
import org.e2spark.nn.convolution.R2Diffop;
import org.e2spark.nn.convolution.SteerableBuilder;
import org.e2spark.nn.convolution.TensorProduct;
import org.e2spark.spec.Arguments;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionTypes;
import org.e2spark.torch.Ops;

/** Steerable convolutions and differential operators. */
final class ConvolutionKinds {

  private enum Start {
    GENERALIZED_HE,
    DELTA_ORTHONORMAL
  }

  private enum Stencil {
    FINITE_DIFFERENCES,
    FINITE_DIFFERENCES_UPRIGHT,
    GAUSSIAN_DERIVATIVES,
    RADIAL_BASIS_FUNCTIONS
  }

  private static final Option<Size2d> STRIDE = Common.stride();
  private static final Option<Integer> DILATION =
      Option.of("dilation", OptionTypes.integer(1), 1, "Distance of the kernel's pixels.");
  private static final Option<Integer> GROUPS =
      Option.of(
          "groups", OptionTypes.integer(1), 1, "Equal groups of fields that are convolved apart.");
  private static final Option<Boolean> BIAS =
      Option.of("bias", OptionTypes.flag(), true, "Learns a shift of the trivial irreps.");
  private static final Option<Integer> OFFSET =
      Option.optional(
          "maximumOffset",
          OptionTypes.integer(0),
          "How many group orders a frequency may be away from the lowest one.");
  private static final Option<KernelSubset> FILTER =
      Option.optional(
          "basisFilter", OptionTypes.choice(KernelSubset.class), "Keeps only some kernels.");
  private static final Option<Start> START =
      Option.of(
          "initialization",
          OptionTypes.choice(Start.class),
          Start.GENERALIZED_HE,
          "How weights start.");
  private static final Option<Evaluation> EVALUATION =
      Option.optional(
          "evaluation", OptionTypes.choice(Evaluation.class), "How the output is computed.");

  private static final Option<Integer> KERNEL =
      Option.required("kernelSize", OptionTypes.integer(1), "Pixels along a side of the kernel.");
  private static final Option<List<Double>> RINGS =
      Option.optional(
          "rings", OptionTypes.list(OptionTypes.number()), "Radii of the rings, pixels.");
  private static final Option<Double> SIGMA =
      Option.optional("sigma", OptionTypes.number(), "Width of every ring, pixels.");
  private static final Option<List<Double>> SIGMAS =
      Option.optional(
          "sigmas", OptionTypes.list(OptionTypes.number()), "Width of each ring, pixels.");
  private static final Option<Double> CUTOFF =
      Option.optional(
          "frequenciesCutoff",
          OptionTypes.number(),
          "Highest angular frequency per pixel of radius, or -1, -2, -3 for built-in policies.");
  private static final Option<Ops.Border> BORDER =
      Option.of(
          "paddingMode",
          OptionTypes.choice(Ops.Border.class),
          Ops.Border.ZEROS,
          "How the image goes on beyond its border.");
  private static final Option<Size2d> OUTPUT_PADDING =
      Option.of(
          "outputPadding",
          OptionTypes.size(0),
          Size2d.of(0),
          "Rows and columns added at the lower and right end.");

  private static final Option<Integer> STENCIL_SIZE =
      Option.optional("kernelSize", OptionTypes.integer(1), "Pixels along a side of the stencil.");
  private static final Option<Integer> ACCURACY =
      Option.optional(
          "accuracy", OptionTypes.integer(1), "Power of the pixel size with which errors shrink.");
  private static final Option<Integer> ORDER =
      Option.optional("maximumOrder", OptionTypes.integer(0), "Highest order of a derivative.");
  private static final Option<Integer> POWER =
      Option.optional("maximumPower", OptionTypes.integer(0), "Highest power of the Laplacian.");
  private static final Option<Double> ANGLE =
      Option.optional(
          "angleOffset", OptionTypes.number(), "Radians by which every operator is turned.");
  private static final Option<Stencil> STENCIL =
      Option.of(
          "discretization",
          OptionTypes.choice(Stencil.class),
          Stencil.FINITE_DIFFERENCES,
          "How operators become stencils.");
  private static final Option<Double> SMOOTHING =
      Option.of("smoothing", OptionTypes.number(), 1.0, "Width of Gaussian derivatives, pixels.");
  private static final Option<RadialFunction> RADIAL =
      Option.of(
          "radialFunction",
          OptionTypes.choice(RadialFunction.class),
          RadialFunction.PHS3,
          "Of radial-basis-function stencils.");

  private static final List<Option<?>> STEERABLE =
      List.of(FIELDS, PADDING, STRIDE, DILATION, GROUPS, BIAS, OFFSET, FILTER, START, EVALUATION);
  private static final List<Option<?>> KERNELS = List.of(KERNEL, RINGS, SIGMA, SIGMAS, CUTOFF);

  private ConvolutionKinds() {}

  static List<LayerKind> kinds() {
    return List.of(
        LayerKind.equivariant(
            "R2Conv",
            "Steerable convolution.",
            ConvolutionKinds::convolution,
            all(STEERABLE, KERNELS, List.of(BORDER))),
        LayerKind.equivariant(
            "R2ConvTransposed",
            "Transposed steerable convolution, which enlarges.",
            ConvolutionKinds::transposed,
            all(STEERABLE, KERNELS, List.of(OUTPUT_PADDING))),
        LayerKind.equivariant(
            "R2Diffop",
            "Steerable partial differential operators.",
            ConvolutionKinds::operators,
            all(
                STEERABLE,
                List.of(STENCIL_SIZE, ACCURACY, ORDER, POWER, ANGLE, STENCIL, SMOOTHING, RADIAL),
                List.of(BORDER))),
        LayerKind.equivariant(
            "PointwiseLinear",
            "Equivariant linear map of the fields at each point.",
            (in, options) -> {
              FieldType out = options.get(FIELDS).over(in.gspace());
              return options.get(BIAS)
                  ? new PointwiseLinear(in, out)
                  : PointwiseLinear.withoutBias(in, out);
            },
            FIELDS,
            BIAS),
        LayerKind.equivariant(
            "TensorProduct",
            "The product of every field with itself, mapped to a field.",
            (in, options) -> new TensorProduct(in, options.get(FIELDS).over(in.gspace())),
            FIELDS));
  }

  @SafeVarargs
  private static Option<?>[] all(List<Option<?>>... parts) {
    return Stream.of(parts).flatMap(List::stream).toArray(Option<?>[]::new);
  }

  private static R2Conv convolution(FieldType in, Arguments options) {
    R2Conv.Builder builder = R2Conv.builder(in, options.get(FIELDS).over(in.gspace()));
    kernels(builder, options);
    return builder.paddingMode(options.get(BORDER)).build();
  }

  private static R2ConvTransposed transposed(FieldType in, Arguments options) {
    R2ConvTransposed.Builder builder =
        R2ConvTransposed.builder(in, options.get(FIELDS).over(in.gspace()));
    kernels(builder, options);
    return builder.outputPadding(options.get(OUTPUT_PADDING)).build();
  }

  private static R2Diffop operators(FieldType in, Arguments options) {
    R2Diffop.Builder builder = R2Diffop.builder(in, options.get(FIELDS).over(in.gspace()));
    steerable(builder, options);
    return builder
        .basis(
            basis -> {
              set(options, STENCIL_SIZE, basis::kernelSize);
              set(options, ACCURACY, basis::accuracy);
              set(options, ORDER, basis::maximumOrder);
              set(options, POWER, basis::maximumPower);
              set(options, ANGLE, basis::angleOffset);
              set(options, OFFSET, basis::maximumOffset);
              set(options, FILTER, basis::basisFilter);
              basis.discretization(discretization(options));
            })
        .paddingMode(options.get(BORDER))
        .build();
  }

  private static Discretization discretization(Arguments options) {
    return switch (options.get(STENCIL)) {
      case FINITE_DIFFERENCES -> Discretization.finiteDifferences();
      case FINITE_DIFFERENCES_UPRIGHT -> new Discretization.FiniteDifferences(Orientation.UPRIGHT);
      case GAUSSIAN_DERIVATIVES -> new Discretization.GaussianDerivatives(options.get(SMOOTHING));
      case RADIAL_BASIS_FUNCTIONS -> new Discretization.RadialBasisFunctions(options.get(RADIAL));
    };
  }

  private static void kernels(ConvolutionBuilder<?> builder, Arguments options) {
    steerable(builder, options);
    builder
        .kernelSize(options.get(KERNEL))
        .basis(
            basis -> {
              set(options, RINGS, rings -> basis.rings(numbers(rings)));
              set(options, SIGMA, basis::sigma);
              set(options, SIGMAS, sigmas -> basis.sigmas(numbers(sigmas)));
              set(options, CUTOFF, basis::frequenciesCutoff);
              set(options, OFFSET, basis::maximumOffset);
              set(options, FILTER, basis::basisFilter);
            });
  }

  private static void steerable(SteerableBuilder<?, ?> builder, Arguments options) {
    builder
        .padding(options.get(PADDING))
        .stride(options.get(STRIDE))
        .dilation(options.get(DILATION))
        .groups(options.get(GROUPS))
        .initialization(
            switch (options.get(START)) {
              case GENERALIZED_HE -> WeightInit.GENERALIZED_HE;
              case DELTA_ORTHONORMAL -> WeightInit.DELTA_ORTHONORMAL;
            });
    if (!options.get(BIAS)) {
      builder.noBias();
    }
    set(options, EVALUATION, builder::evaluation);
  }

  private static double[] numbers(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
