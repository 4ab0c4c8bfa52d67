package org.e2spark.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.e2spark.golden.GoldenCase;
import org.e2spark.golden.NpzFile;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Expands the weights of every golden convolution through our bases, and compares with the
 * reference's filter.
 */
class FilterGoldenTest {

  @TestFactory
  Stream<DynamicTest> filtersOfTheReference() throws IOException {
    return GoldenCase.all(GoldenCase.folder()).stream()
        .filter(c -> c.kind().equals("conv") || c.kind().equals("r2convtransposed"))
        .map(c -> DynamicTest.dynamicTest(c.label(), () -> check(c)));
  }

  private static void check(GoldenCase c) {
    JsonObject settings = c.json().getAsJsonObject("options");
    boolean transposed = c.kind().equals("r2convtransposed");
    int kernelSize = c.json().get("kernel_size").getAsInt();
    KernelOptions.Builder builder = KernelOptions.builder(kernelSize);
    if (transposed) {
      builder.undilatedRings();
    }
    KernelOptions options = options(builder, settings);
    GSpace gspace = c.gspace();
    List<Representation> in = GoldenCase.representations(gspace, c.json().getAsJsonArray("in"));
    List<Representation> out = GoldenCase.representations(gspace, c.json().getAsJsonArray("out"));
    int groups = settings.has("groups") ? settings.get("groups").getAsInt() : 1;
    if (transposed) {
      out = out.subList(0, out.size() / groups);
    } else {
      in = in.subList(0, in.size() / groups);
    }
    int points = options.kernelSize() * options.kernelSize();
    FilterExpansion expansion =
        new FilterExpansion(
            in, out, points, (i, o) -> SteerableBasis.sample(gspace, i, o, options));

    double[] weights = c.arrays().get("weights").values();
    assertThat(expansion.dimension()).isEqualTo(weights.length);
    NpzFile.Array expected = c.arrays().get("filter");
    double[] target = transposed ? swapChannels(expected) : expected.values();
    double largest = Arrays.stream(target).map(Math::abs).max().orElse(0);
    Offset<Double> tolerance = Offset.offset(1e-5 * largest);
    assertThat(expansion.filter(weights, false)).containsExactly(target, tolerance);
    assertThat(expansion.filter(weights, true)).containsExactly(target, tolerance);
  }

  private static KernelOptions options(KernelOptions.Builder builder, JsonObject settings) {
    for (String key : settings.keySet()) {
      JsonElement value = settings.get(key);
      if (value.isJsonNull()) {
        continue;
      }
      switch (key) {
        case "dilation" -> builder.dilation(value.getAsInt());
        case "rings" -> builder.rings(doubles(value.getAsJsonArray()));
        case "sigma" -> {
          if (value.isJsonArray()) {
            builder.sigmas(doubles(value.getAsJsonArray()));
          } else {
            builder.sigma(value.getAsDouble());
          }
        }
        case "frequencies_cutoff" -> builder.frequenciesCutoff(value.getAsDouble());
        case "maximum_offset" -> builder.maximumOffset(value.getAsInt());
        case "padding", "stride", "bias", "groups", "padding_mode", "output_padding" -> {}
        case "initialize", "recompute", "basisexpansion" -> {}
        default -> throw new IllegalArgumentException("Unknown option " + key);
      }
    }
    return builder.build();
  }

  private static double[] doubles(JsonArray json) {
    List<Double> values = new ArrayList<>();
    json.forEach(value -> values.add(value.getAsDouble()));
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] swapChannels(NpzFile.Array filter) {
    int first = (int) filter.shape()[0];
    int second = (int) filter.shape()[1];
    int points = (int) (filter.shape()[2] * filter.shape()[3]);
    double[] swapped = new double[filter.values().length];
    for (int a = 0; a < first; a++) {
      for (int b = 0; b < second; b++) {
        System.arraycopy(
            filter.values(), (a * second + b) * points, swapped, (b * first + a) * points, points);
      }
    }
    return swapped;
  }
}
