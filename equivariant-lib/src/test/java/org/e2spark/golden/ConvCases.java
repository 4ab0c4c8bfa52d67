package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.e2spark.init.GeneralizedHe;
import org.e2spark.model.Networks;
import org.e2spark.nn.ConvolutionBuilder;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.R2Conv;
import org.e2spark.nn.R2ConvTransposed;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.SteerableBuilder;
import org.e2spark.nn.SteerableConvolution;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;

/**
 * Cases of kind "conv" and "r2convtransposed": filters, outputs, gradients and the He
 * initialisation.
 */
final class ConvCases {

  private static final Set<String> OPTIONS =
      Set.of(
          "padding",
          "stride",
          "dilation",
          "padding_mode",
          "groups",
          "bias",
          "basisexpansion",
          "sigma",
          "frequencies_cutoff",
          "rings",
          "maximum_offset",
          "recompute",
          "initialize");

  private ConvCases() {}

  static void run(GoldenCase c) {
    JsonObject options = c.json().getAsJsonObject("options");
    Goldens.requireKnown(c, options, OPTIONS);
    R2Conv.Builder builder =
        R2Conv.builder(Goldens.fieldType(c, "in"), Goldens.fieldType(c, "out"));
    configure(builder, c.json().get("kernel_size"), options);
    if (options.has("padding_mode")) {
      builder.paddingMode(
          Ops.Border.valueOf(options.get("padding_mode").getAsString().toUpperCase(Locale.ROOT)));
    }
    check(c, builder.build());
  }

  static void runTransposed(GoldenCase c) {
    JsonObject options = c.json().getAsJsonObject("options");
    Set<String> known = new HashSet<>(OPTIONS);
    known.remove("padding_mode");
    known.add("output_padding");
    Goldens.requireKnown(c, options, known);
    R2ConvTransposed.Builder builder =
        R2ConvTransposed.builder(Goldens.fieldType(c, "in"), Goldens.fieldType(c, "out"));
    configure(builder, c.json().get("kernel_size"), options);
    if (options.has("output_padding")) {
      builder.outputPadding(options.get("output_padding").getAsInt());
    }
    check(c, builder.build());
  }

  private static void configure(
      ConvolutionBuilder<?> builder, JsonElement kernelSize, JsonObject options) {
    builder.kernelSize(kernelSize.getAsInt());
    configure(builder, options);
    options
        .entrySet()
        .forEach(
            option -> {
              JsonElement value = option.getValue();
              if (value.isJsonNull()) {
                return;
              }
              switch (option.getKey()) {
                case "sigma" -> {
                  if (value.isJsonArray()) {
                    builder.sigmas(doubles(value.getAsJsonArray()));
                  } else {
                    builder.sigma(value.getAsDouble());
                  }
                }
                case "frequencies_cutoff" -> builder.frequenciesCutoff(value.getAsDouble());
                case "rings" -> builder.rings(doubles(value.getAsJsonArray()));
                default -> {}
              }
            });
  }

  static void configure(SteerableBuilder<?> builder, JsonObject options) {
    options
        .entrySet()
        .forEach(
            option -> {
              JsonElement value = option.getValue();
              if (value.isJsonNull()) {
                return;
              }
              switch (option.getKey()) {
                case "padding" -> builder.padding(size(value));
                case "stride" -> builder.stride(size(value));
                case "dilation" -> builder.dilation(value.getAsInt());
                case "groups" -> builder.groups(value.getAsInt());
                case "maximum_offset" -> builder.maximumOffset(value.getAsInt());
                case "bias" -> {
                  if (!value.getAsBoolean()) {
                    builder.noBias();
                  }
                }
                default -> {}
              }
            });
  }

  static Size2d size(JsonElement value) {
    return value.isJsonArray()
        ? new Size2d(
            value.getAsJsonArray().get(0).getAsInt(), value.getAsJsonArray().get(1).getAsInt())
        : Size2d.of(value.getAsInt());
  }

  private static double[] doubles(JsonArray values) {
    double[] doubles = new double[values.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values.get(i).getAsDouble();
    }
    return doubles;
  }

  static void check(GoldenCase c, SteerableConvolution layer) {
    FieldType in = layer.inType();
    try (layer;
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDManager step = manager.newSubManager()) {
      Networks.initialize(layer, manager, new Shape(1, in.size(), 9, 9), 1);
      Map<String, Parameter> state = StateDict.of(layer);
      assertThat(state).as(c.label()).hasSize(c.arrays().has("bias") ? 2 : 1);
      state.forEach((name, parameter) -> Goldens.set(parameter, c, name));
      if (c.arrays().has("he_std")) {
        Goldens.assertClose(
            c.label() + " he_std",
            GeneralizedHe.standardDeviations(layer.weightBlocks()),
            c.arrays().get("he_std").values(),
            Goldens.OUTPUT);
      }
      Goldens.assertClose(c, "filter", layer.expandFilter(step), Goldens.OUTPUT);
      if (state.containsKey("bias")) {
        Goldens.assertClose(c, "expanded_bias", layer.expandBias(step), Goldens.OUTPUT);
      }

      NDArray x = Goldens.array(step, c, "x");
      x.setRequiresGradient(true);
      NDArray y;
      try (var scope = Autograd.record()) {
        y = layer.forward(in.wrap(x), Mode.TRAINING).array();
        scope.backward(y, Goldens.array(step, c, "upstream"));
      }
      Goldens.assertClose(c, "y", y, Goldens.OUTPUT);
      Goldens.assertClose(c, "grad_x", x.getGradient(), Goldens.GRADIENT);
      state.forEach(
          (name, parameter) ->
              Goldens.assertClose(
                  c, "grad_" + name, parameter.getArray().getGradient(), Goldens.GRADIENT));

      GeometricTensor evaluated = layer.forward(in.wrap(x));
      Goldens.assertClose(c, "y", evaluated.array(), Goldens.OUTPUT);
      assertThat(layer.outputShape(x.getShape())).isEqualTo(y.getShape());
    }
  }
}
