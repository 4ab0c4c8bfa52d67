package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Set;
import java.util.function.BiConsumer;
import org.e2spark.nn.FieldType;

/** What the kinds of golden cases share: tolerances, arrays, options. */
final class Goldens {

  /** Relative to the largest entry: for filters and outputs. */
  static final double OUTPUT = 1e-5;

  /** Relative to the largest entry: for gradients. */
  static final double GRADIENT = 1e-4;

  private static final Set<String> DERIVED =
      Set.of(
          "indices",
          "change_of_basis",
          "vars_aggregator",
          "vars_propagator",
          "num_batches_tracked",
          "bias_expansion",
          "expanded_bias",
          "_basisexpansion",
          ".filter");

  private Goldens() {}

  static FieldType fieldType(GoldenCase c, String key) {
    return FieldType.of(
        c.gspace(), GoldenCase.representations(c.gspace(), c.json().getAsJsonArray(key)));
  }

  static NDArray array(NDManager manager, GoldenCase c, String name) {
    NpzFile.Array array = c.arrays().get(name);
    return manager.create(array.floats(), new Shape(array.shape()));
  }

  static void set(Parameter parameter, GoldenCase c, String name) {
    NpzFile.Array array = c.arrays().get(name);
    assertShape(c, name, parameter.getArray());
    parameter.getArray().set(array.floats());
  }

  static void assertClose(GoldenCase c, String name, NDArray actual, double tolerance) {
    NpzFile.Array expected = c.arrays().get(name);
    assertShape(c, name, actual);
    assertClose(c.label() + " " + name, actual.toFloatArray(), expected.values(), tolerance);
  }

  /** Single numbers are stored as such or as an array of one. */
  private static void assertShape(GoldenCase c, String name, NDArray actual) {
    long[] expected = c.arrays().get(name).shape();
    long[] shape = actual.getShape().getShape();
    if (shape.length == 0 && expected.length == 1) {
      shape = new long[] {1};
    }
    assertThat(shape).as(c.label() + " shape of " + name).isEqualTo(expected);
  }

  static void assertClose(String label, float[] actual, double[] expected, double tolerance) {
    assertThat(actual).as(label).hasSize(expected.length);
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
    }
    assertThat(worst)
        .as("%s: largest difference, with entries up to %s", label, largest)
        .isLessThanOrEqualTo(tolerance * Math.max(largest, 1e-6));
  }

  /**
   * Passes over what the reference keeps in its state but a port computes anew: indices, expanded
   * filters, changes of basis, counts of batches.
   */
  static void skipDerived(GoldenCase c) {
    for (String name : c.arrays().names()) {
      if (DERIVED.stream().anyMatch(name::contains)) {
        c.arrays().skip(name);
      }
    }
  }

  /**
   * Visits the arrays whose names start with a prefix, but for empty and derived ones.
   *
   * @param action takes the rest of the name and the name
   */
  static void named(GoldenCase c, String prefix, BiConsumer<String, String> action) {
    for (String name : c.arrays().names()) {
      if (!name.startsWith(prefix) || DERIVED.stream().anyMatch(name::contains)) {
        continue;
      }
      if (c.arrays().get(name).values().length > 0) {
        action.accept(name.substring(prefix.length()), name);
      }
    }
  }
}
