package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Set;
import org.e2spark.nn.FieldType;

/** What the kinds of golden cases share: tolerances, arrays, options. */
final class Goldens {

  /** Relative to the largest entry: for filters and outputs. */
  static final double OUTPUT = 1e-5;

  /** Relative to the largest entry: for gradients. */
  static final double GRADIENT = 1e-4;

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

  /** Fails if the options have a key that is not among those known. */
  static void requireKnown(GoldenCase c, JsonObject options, Set<String> known) {
    List<String> unknown = options.keySet().stream().filter(key -> !known.contains(key)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("Unknown options of " + c.label() + ": " + unknown);
    }
  }
}
