package org.e2spark.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Locale;
import java.util.Set;
import org.e2spark.diffop.Discretization;
import org.e2spark.diffop.RadialFunction;
import org.e2spark.nn.R2Diffop;
import org.e2spark.torch.Ops;

/** Cases of kind "r2diffop": as convolutions, with differential operators in place of kernels. */
final class DiffopCases {

  private static final Set<String> OPTIONS =
      Set.of(
          "padding",
          "stride",
          "dilation",
          "padding_mode",
          "groups",
          "bias",
          "basisexpansion",
          "accuracy",
          "maximum_order",
          "maximum_power",
          "maximum_offset",
          "angle_offset",
          "rbffd",
          "radial_basis_function",
          "smoothing",
          "recompute",
          "initialize",
          "cache");

  private DiffopCases() {}

  static void run(GoldenCase c) {
    JsonObject options = c.json().getAsJsonObject("options");
    Goldens.requireKnown(c, options, OPTIONS);
    R2Diffop.Builder builder =
        R2Diffop.builder(Goldens.fieldType(c, "in"), Goldens.fieldType(c, "out"));
    ConvCases.configure(builder, options);
    JsonElement kernelSize = c.json().get("kernel_size");
    if (!kernelSize.isJsonNull()) {
      builder.kernelSize(kernelSize.getAsInt());
    }
    options.entrySet().forEach(option -> set(builder, option.getKey(), option.getValue()));
    if (options.has("rbffd") && options.get("rbffd").getAsBoolean()) {
      String function =
          options.has("radial_basis_function")
              ? options.get("radial_basis_function").getAsString()
              : "ga";
      builder.discretization(new Discretization.RadialBasisFunctions(RadialFunction.of(function)));
    }
    ConvCases.check(c, builder.build());
  }

  private static void set(R2Diffop.Builder builder, String option, JsonElement value) {
    if (value.isJsonNull()) {
      return;
    }
    switch (option) {
      case "accuracy" -> builder.accuracy(value.getAsInt());
      case "maximum_order" -> builder.maximumOrder(value.getAsInt());
      case "maximum_power" -> builder.maximumPower(value.getAsInt());
      case "angle_offset" -> builder.angleOffset(value.getAsDouble());
      case "smoothing" ->
          builder.discretization(new Discretization.GaussianDerivatives(value.getAsDouble()));
      case "padding_mode" ->
          builder.paddingMode(Ops.Border.valueOf(value.getAsString().toUpperCase(Locale.ROOT)));
      default -> {}
    }
  }
}
