package org.e2spark.spec.kinds;

import static org.e2spark.spec.kinds.Common.PADDING;
import static org.e2spark.spec.kinds.Common.WINDOW;
import static org.e2spark.spec.kinds.Common.set;

import java.util.List;
import java.util.function.Function;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.dropout.FieldDropout;
import org.e2spark.nn.dropout.PointwiseDropout;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.InducedNormPool;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.NormPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveAvgPool;
import org.e2spark.nn.pooling.PointwiseAdaptiveMaxPool;
import org.e2spark.nn.pooling.PointwiseAvgPool;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.e2spark.nn.pooling.PointwiseMaxPoolAntialiased;
import org.e2spark.nn.pooling.PoolingBuilder;
import org.e2spark.nn.pooling.R2Upsampling;
import org.e2spark.spec.Arguments;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionTypes;

/** Poolings, upsampling and dropout. */
final class PoolingKinds {

  private static final Option<Size2d> STRIDE =
      Option.optional(
          "stride", OptionTypes.size(1), "Steps between windows; by default the kernel size.");
  private static final Option<Size2d> DILATION =
      Option.of("dilation", OptionTypes.size(1), Size2d.of(1), "Steps between a window's pixels.");
  private static final Option<Boolean> CEIL =
      Option.of("ceilMode", OptionTypes.flag(), false, "Keeps a last window partly inside.");
  private static final Option<Double> SIGMA =
      Option.of("sigma", OptionTypes.number(), 0.6, "The filter's deviation, pixels.");
  private static final Option<Double> BLUR =
      Option.required("sigma", OptionTypes.number(), "The filter's deviation, pixels.");
  private static final Option<Size2d> STEPS = Common.stride();
  private static final Option<Size2d> AROUND =
      Option.optional(
          "padding",
          OptionTypes.size(0),
          "Rows and columns added on each side; by default so that the image does not shrink.");
  private static final Option<Size2d> OUTPUT =
      Option.required("outputSize", OptionTypes.size(1), "Of the images given.");
  private static final Option<Double> FACTOR =
      Option.optional("factor", OptionTypes.number(), "Multiplies height and width.");
  private static final Option<Size2d> SIZE =
      Option.optional("size", OptionTypes.size(1), "Of the images given, in place of a factor.");
  private static final Option<R2Upsampling.Interpolation> INTERPOLATION =
      Option.of(
          "interpolation",
          OptionTypes.choice(R2Upsampling.Interpolation.class),
          R2Upsampling.Interpolation.BILINEAR,
          "How values between pixels are found.");

  private PoolingKinds() {}

  static List<LayerKind> kinds() {
    return List.of(
        maximum("PointwiseMaxPool", "Maximum over windows.", PointwiseMaxPool::builder),
        maximum("NormMaxPool", "The longest of a window's fields.", NormMaxPool::builder),
        LayerKind.equivariant(
            "PointwiseMaxPoolAntialiased",
            "Maximum over windows, smoothed.",
            (in, o) ->
                windows(
                        PointwiseMaxPoolAntialiased.builder(in)
                            .dilation(o.get(DILATION))
                            .sigma(o.get(SIGMA)),
                        o)
                    .build(),
            WINDOW,
            STRIDE,
            PADDING,
            DILATION,
            CEIL,
            SIGMA),
        LayerKind.equivariant(
            "PointwiseAvgPool",
            "Average over windows.",
            (in, o) -> windows(PointwiseAvgPool.builder(in), o).build(),
            WINDOW,
            STRIDE,
            PADDING,
            CEIL),
        LayerKind.equivariant(
            "PointwiseAvgPoolAntialiased",
            "Gaussian average.",
            PoolingKinds::smoothAverage,
            BLUR,
            STEPS,
            AROUND),
        LayerKind.equivariant(
            "PointwiseAdaptiveMaxPool",
            "Maximum over as many windows as wanted.",
            (in, o) -> new PointwiseAdaptiveMaxPool(in, o.get(OUTPUT)),
            OUTPUT),
        LayerKind.equivariant(
            "PointwiseAdaptiveAvgPool",
            "Average over as many windows as wanted.",
            (in, o) -> new PointwiseAdaptiveAvgPool(in, o.get(OUTPUT)),
            OUTPUT),
        LayerKind.equivariant(
            "GroupPooling", "Maximum over every field.", (in, o) -> new GroupPooling(in)),
        LayerKind.equivariant("NormPool", "Norm of every field.", (in, o) -> new NormPool(in)),
        LayerKind.equivariant(
            "InducedNormPool", "Largest norm of subfields.", (in, o) -> new InducedNormPool(in)),
        LayerKind.equivariant(
            "R2Upsampling",
            "Enlarges images.",
            PoolingKinds::upsampling,
            FACTOR,
            SIZE,
            INTERPOLATION),
        LayerKind.equivariant(
            "FieldDropout",
            "Drops fields.",
            (in, o) -> new FieldDropout(in, o.get(Common.RATE)),
            Common.RATE),
        LayerKind.equivariant(
            "PointwiseDropout",
            "Drops channels' values.",
            (in, o) -> new PointwiseDropout(in, o.get(Common.RATE)),
            Common.RATE));
  }

  private static <L extends EquivariantModule, B extends PoolingBuilder.OfMaximum<B, L>>
      LayerKind maximum(String name, String description, Function<FieldType, B> builder) {
    return LayerKind.equivariant(
        name,
        description,
        (in, o) -> windows(builder.apply(in).dilation(o.get(DILATION)), o).build(),
        WINDOW,
        STRIDE,
        PADDING,
        DILATION,
        CEIL);
  }

  private static <B extends PoolingBuilder<B, ?>> B windows(B builder, Arguments options) {
    builder.kernelSize(options.get(WINDOW)).padding(options.get(PADDING));
    set(options, STRIDE, builder::stride);
    return options.get(CEIL) ? builder.ceilMode() : builder;
  }

  private static PointwiseAvgPoolAntialiased smoothAverage(FieldType in, Arguments options) {
    double sigma = options.get(BLUR);
    Size2d padding = options.get(AROUND);
    return new PointwiseAvgPoolAntialiased(
        in,
        sigma,
        options.get(STEPS),
        padding == null
            ? Size2d.of((PointwiseAvgPoolAntialiased.filterSize(sigma) - 1) / 2)
            : padding);
  }

  private static R2Upsampling upsampling(FieldType in, Arguments options) {
    if (options.has(FACTOR) == options.has(SIZE)) {
      throw new IllegalArgumentException("Needs either a factor or a size");
    }
    return options.has(FACTOR)
        ? R2Upsampling.byFactor(in, options.get(FACTOR), options.get(INTERPOLATION))
        : R2Upsampling.toSize(in, options.get(SIZE), options.get(INTERPOLATION));
  }
}
