package org.e2spark.spec.kinds;

import static org.e2spark.spec.kinds.Common.PADDING;
import static org.e2spark.spec.kinds.Common.WINDOW;

import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import java.util.List;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.Elementwise.Function;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.dropout.Dropout;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.nn.pooling.MaxPoolChannels;
import org.e2spark.spec.Arguments;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.LayerKind.Ordinary;
import org.e2spark.spec.LayerSpec;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionType;
import org.e2spark.spec.OptionTypes;
import org.e2spark.spec.OrdinaryResidual;
import org.e2spark.spec.OrdinarySequence;
import org.e2spark.torch.Window;

/** Ordinary layers, of heads and of conventional networks. */
final class OrdinaryKinds {

  private static final OptionType<List<LayerSpec>> LAYERS =
      OptionTypes.layers(LayerKind.Family.ORDINARY);

  private static final Option<Integer> UNITS =
      Option.required("units", OptionTypes.integer(1), "Values that it gives.");
  private static final Option<Integer> FILTERS =
      Option.required("filters", OptionTypes.integer(1), "Channels that it gives.");
  private static final Option<Boolean> BIAS =
      Option.of("bias", OptionTypes.flag(), true, "Learns a shift of every channel.");
  private static final Option<Size2d> STRIDE = Common.stride();
  private static final Option<Size2d> WINDOW_STRIDE =
      Option.optional(
          "stride", OptionTypes.size(1), "Steps between windows; by default the kernel size.");
  private static final Option<Size2d> DILATION =
      Option.of("dilation", OptionTypes.size(1), Size2d.of(1), "Distance of the kernel's pixels.");
  private static final Option<Integer> GROUPS =
      Option.of("groups", OptionTypes.integer(1), 1, "Groups that are convolved apart.");
  private static final Option<Integer> SIZE =
      Option.required("size", OptionTypes.integer(1), "Channels that one maximum is of.");
  private static final Option<List<LayerSpec>> BEFORE =
      Option.optional("before", LAYERS, "Come before both ways.");
  private static final Option<List<LayerSpec>> SHORTCUT =
      Option.optional("shortcut", LAYERS, "The short way; by default the block's own input.");

  private OrdinaryKinds() {}

  static List<LayerKind> kinds() {
    return List.of(
        LayerKind.ordinary(
            "Linear",
            "Linear map with a shift.",
            (channels, o) ->
                new Ordinary(
                    Linear.builder().setUnits(o.get(UNITS)).optBias(o.get(BIAS)).build(),
                    o.get(UNITS)),
            UNITS,
            BIAS),
        LayerKind.ordinary(
            "Conv2d",
            "Convolution.",
            OrdinaryKinds::convolution,
            FILTERS,
            WINDOW,
            PADDING,
            STRIDE,
            DILATION,
            GROUPS,
            BIAS),
        LayerKind.ordinary(
            "BatchNorm",
            "Batch normalisation of every channel.",
            (channels, o) ->
                new Ordinary(new BatchNorm(channels, NormalizationKinds.batch(o)), channels),
            NormalizationKinds.EPS,
            NormalizationKinds.MOMENTUM,
            NormalizationKinds.SCALING,
            NormalizationKinds.STATISTICS),
        elementwise("ReLU", "max(x, 0).", Function.RELU),
        elementwise("Sigmoid", "1 / (1 + exp(-x)).", Function.SIGMOID),
        elementwise("Tanh", "Hyperbolic tangent.", Function.TANH),
        LayerKind.ordinary(
            "ELU",
            "x, or alpha (exp(x) - 1).",
            (channels, o) ->
                new Ordinary(
                    new Elementwise(Function.ELU, o.get(NonlinearityKinds.ALPHA)).block(),
                    channels),
            NonlinearityKinds.ALPHA),
        LayerKind.ordinary(
            "LeakyReLU",
            "x, or slope x.",
            (channels, o) ->
                new Ordinary(
                    new Elementwise(Function.LEAKY_RELU, o.get(NonlinearityKinds.SLOPE)).block(),
                    channels),
            NonlinearityKinds.SLOPE),
        pooling("MaxPool2d", "Maximum over windows.", Reduction.MAXIMUM),
        pooling("AvgPool2d", "Average over windows.", Reduction.MEAN),
        LayerKind.ordinary(
            "MaxPoolChannels",
            "Maximum over runs of channels.",
            (channels, o) -> new Ordinary(new MaxPoolChannels(o.get(SIZE)), channels / o.get(SIZE)),
            SIZE),
        LayerKind.ordinary(
            "Dropout",
            "Drops values.",
            (channels, o) -> new Ordinary(new Dropout(o.get(Common.RATE)), channels),
            Common.RATE),
        LayerKind.ordinary(
            "Sequential",
            "Layers one after another.",
            (channels, o) -> o.ordinaryLayers(Common.ORDINARY_LAYERS, channels),
            Common.ORDINARY_LAYERS),
        LayerKind.ordinary(
            "Residual",
            "layers(a) + shortcut(a) with a = before(x); without a shortcut layers(a) + x.",
            OrdinaryKinds::residual,
            BEFORE,
            Common.ORDINARY_LAYERS,
            SHORTCUT));
  }

  private static LayerKind elementwise(String name, String description, Function function) {
    return LayerKind.ordinary(
        name,
        description,
        (channels, options) -> new Ordinary(Elementwise.of(function).block(), channels));
  }

  private static LayerKind pooling(String name, String description, Reduction reduction) {
    return LayerKind.ordinary(
        name,
        description,
        (channels, options) -> {
          Size2d kernel = options.get(WINDOW);
          Size2d stride = options.has(WINDOW_STRIDE) ? options.get(WINDOW_STRIDE) : kernel;
          Window window =
              Window.of(kernel.asShape(), stride.asShape(), options.get(PADDING).asShape());
          return new Ordinary(new Pooling(reduction, window).block(), channels);
        },
        WINDOW,
        WINDOW_STRIDE,
        PADDING);
  }

  private static Ordinary convolution(int channels, Arguments options) {
    return new Ordinary(
        Conv2d.builder()
            .setKernelShape(options.get(WINDOW).asShape())
            .optPadding(options.get(PADDING).asShape())
            .optStride(options.get(STRIDE).asShape())
            .optDilation(options.get(DILATION).asShape())
            .optGroups(options.get(GROUPS))
            .setFilters(options.get(FILTERS))
            .optBias(options.get(BIAS))
            .build(),
        options.get(FILTERS));
  }

  private static Ordinary residual(int channels, Arguments options) {
    OrdinarySequence before =
        options.has(BEFORE) ? options.ordinarySequence(BEFORE, channels, 0) : null;
    int inside = before == null ? channels : before.channels();
    int first = before == null ? 0 : before.blocks().size();
    OrdinarySequence layers = options.ordinarySequence(Common.ORDINARY_LAYERS, inside, first);
    Ordinary shortcut = options.has(SHORTCUT) ? options.ordinary(SHORTCUT, inside) : null;
    int beside = shortcut == null ? channels : shortcut.channels();
    if (beside != layers.channels()) {
      throw new IllegalArgumentException(
          "The layers give "
              + layers.channels()
              + " channels but "
              + (shortcut == null ? "the input, without a shortcut, has " : "the shortcut ")
              + beside);
    }
    return new Ordinary(
        new OrdinaryResidual(before, layers, shortcut == null ? null : shortcut.block()),
        layers.channels());
  }
}
