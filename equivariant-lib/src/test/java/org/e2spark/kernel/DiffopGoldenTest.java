package org.e2spark.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.e2spark.diffop.DiffopOptions;
import org.e2spark.diffop.Discretization;
import org.e2spark.diffop.RadialFunction;
import org.e2spark.diffop.SteerableDiffops;
import org.e2spark.golden.GoldenCase;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Expands the weights of every golden layer of differential operators, and compares with the
 * reference's filter.
 */
class DiffopGoldenTest {

  @TestFactory
  Stream<DynamicTest> filtersOfTheReference() throws IOException {
    return GoldenCase.all(GoldenCase.folder()).stream()
        .filter(c -> c.kind().equals("r2diffop"))
        .map(c -> DynamicTest.dynamicTest(c.label(), () -> check(c)));
  }

  private static void check(GoldenCase c) {
    DiffopOptions options =
        options(c.json().get("kernel_size"), c.json().getAsJsonObject("options"));
    GSpace gspace = c.gspace();
    List<Representation> in = GoldenCase.representations(gspace, c.json().getAsJsonArray("in"));
    List<Representation> out = GoldenCase.representations(gspace, c.json().getAsJsonArray("out"));
    int groups =
        c.json().getAsJsonObject("options").has("groups")
            ? c.json().getAsJsonObject("options").get("groups").getAsInt()
            : 1;
    int points = options.kernelSize() * options.kernelSize();
    FilterExpansion expansion =
        new FilterExpansion(
            in.subList(0, in.size() / groups),
            out,
            points,
            (i, o) -> SteerableDiffops.sample(gspace, i, o, options));
    double[] weights = c.arrays().get("weights").values();
    assertThat(expansion.dimension()).isEqualTo(weights.length);
    double[] target = c.arrays().get("filter").values();
    double largest = Arrays.stream(target).map(Math::abs).max().orElse(0);
    assertThat(expansion.filter(weights, true))
        .containsExactly(target, Offset.offset(1e-5 * largest));
  }

  private static DiffopOptions options(JsonElement kernelSize, JsonObject settings) {
    DiffopOptions.Builder builder = DiffopOptions.builder();
    if (!kernelSize.isJsonNull()) {
      builder.kernelSize(kernelSize.getAsInt());
    }
    for (String key : settings.keySet()) {
      JsonElement value = settings.get(key);
      if (value.isJsonNull()) {
        continue;
      }
      switch (key) {
        case "accuracy" -> builder.accuracy(value.getAsInt());
        case "maximum_order" -> builder.maximumOrder(value.getAsInt());
        case "maximum_power" -> builder.maximumPower(value.getAsInt());
        case "maximum_offset" -> builder.maximumOffset(value.getAsInt());
        case "dilation" -> builder.dilation(value.getAsInt());
        case "angle_offset" -> builder.angleOffset(value.getAsDouble());
        case "smoothing" ->
            builder.discretization(new Discretization.GaussianDerivatives(value.getAsDouble()));
        case "rbffd" -> {
          if (value.getAsBoolean()) {
            builder.discretization(new Discretization.RadialBasisFunctions(function(settings)));
          }
        }
        case "padding", "stride", "bias", "groups", "padding_mode", "radial_basis_function" -> {}
        case "initialize", "recompute", "basisexpansion", "cache" -> {}
        default -> throw new IllegalArgumentException("Unknown option " + key);
      }
    }
    return builder.build();
  }

  private static RadialFunction function(JsonObject settings) {
    JsonElement name = settings.get("radial_basis_function");
    return name == null || name.isJsonNull()
        ? RadialFunction.GA
        : RadialFunction.of(name.getAsString());
  }
}
