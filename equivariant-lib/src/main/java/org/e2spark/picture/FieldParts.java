package org.e2spark.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.AngularSolution;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;

/**
 * What of a field can be seen: the part that stays as it is when the plane turns, and the part that
 * turns as arrows do. Both are irreps inside the field's representation; the first of each counts.
 *
 * @param height rows
 * @param width columns
 * @param scalar (height, width), in row-major order; empty if the field has no such part
 * @param arrows empty if the field has no such part
 */
public record FieldParts(int height, int width, Optional<float[]> scalar, Optional<Arrows> arrows) {

  /**
   * A vector at each place.
   *
   * @param right to the right, (height, width)
   * @param up upwards, (height, width)
   */
  @SuppressWarnings("ArrayRecordComponent") // drawn, never compared
  public record Arrows(float[] right, float[] up) {

    /** The longest arrow. */
    public double longest() {
      double longest = 0;
      for (int i = 0; i < right.length; i++) {
        longest = Math.max(longest, Math.hypot(right[i], up[i]));
      }
      return longest;
    }
  }

  /**
   * Of one field of the first sample.
   *
   * @param field its index among the fields
   */
  public static FieldParts of(GeometricTensor tensor, int field) {
    FieldType type = tensor.type();
    Representation representation = type.representations().get(field);
    int height = (int) tensor.shape().get(2);
    int width = (int) tensor.shape().get(3);
    float[][] channels = new float[representation.size()][];
    for (int i = 0; i < channels.length; i++) {
      channels[i] = tensor.array().get("0, " + (type.start(field) + i)).toFloatArray();
    }
    Optional<float[]> scalar = Optional.empty();
    Optional<Arrows> arrows = Optional.empty();
    int row = 0;
    for (Irrep irrep : representation.irreps()) {
      if (scalar.isEmpty() && irrep.isTrivial()) {
        scalar = Optional.of(coefficient(representation, row, channels));
      }
      if (arrows.isEmpty() && irrep.size() == 2 && irrep.frequency() == 1) {
        arrows =
            Optional.of(
                arrows(
                    coefficient(representation, row, channels),
                    coefficient(representation, row + 1, channels),
                    AngularSolution.axis(type.gspace())));
      }
      row += irrep.size();
    }
    return new FieldParts(height, width, scalar, arrows);
  }

  /** The field of the first sample whose arrows are longest; without any, with the largest part. */
  public static int strongest(GeometricTensor tensor) {
    int best = 0;
    double most = -1;
    for (int field = 0; field < tensor.type().fields(); field++) {
      FieldParts parts = of(tensor, field);
      // Any arrow counts for more than every shade.
      double strength =
          parts.arrows.map(arrows -> 1e6 * arrows.longest()).orElse(0.0) + parts.largest();
      if (strength > most) {
        most = strength;
        best = field;
      }
    }
    return best;
  }

  /**
   * The same parts with the plane turned under them, as scalars and arrows turn: by any angle,
   * whatever symmetries the field has.
   *
   * @param manager for the time of the call
   * @param angle counter-clockwise, in radians
   */
  public FieldParts turned(NDManager manager, double angle) {
    var plane = Rot2dOnR2.continuous(1);
    try (NDManager scratch = manager.newSubManager()) {
      Shape one = new Shape(1, 1, height, width);
      GroupElement turn = GroupElement.rotation(angle);
      Optional<float[]> turnedScalar =
          scalar.map(
              values ->
                  FieldType.of(plane, plane.trivial())
                      .wrap(scratch.create(values, one))
                      .transform(turn)
                      .array()
                      .toFloatArray());
      Optional<Arrows> turnedArrows =
          arrows.map(
              before -> {
                NDArray right = scratch.create(before.right(), one);
                NDArray both = right.concat(scratch.create(before.up(), one), 1);
                NDArray after =
                    FieldType.of(plane, plane.irrep(1)).wrap(both).transform(turn).array();
                return new Arrows(
                    after.get("0, 0").toFloatArray(), after.get("0, 1").toFloatArray());
              });
      return new FieldParts(height, width, turnedScalar, turnedArrows);
    }
  }

  /** The largest value of the scalar part, without its sign; 0 without such a part. */
  public double largest() {
    double largest = 0;
    for (float value : scalar.orElse(new float[0])) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static float[] coefficient(Representation representation, int row, float[][] channels) {
    float[] sum = new float[channels[0].length];
    for (int channel = 0; channel < channels.length; channel++) {
      double factor = representation.changeOfBasisInverse().get(row, channel);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (float) (factor * channels[channel][i]);
      }
    }
    return sum;
  }

  /** Components along the axis of reflection and across it, as components to the right and up. */
  private static Arrows arrows(float[] along, float[] across, double axis) {
    float[] right = new float[along.length];
    float[] up = new float[along.length];
    for (int i = 0; i < along.length; i++) {
      right[i] = (float) (Math.cos(axis) * along[i] - Math.sin(axis) * across[i]);
      up[i] = (float) (Math.sin(axis) * along[i] + Math.cos(axis) * across[i]);
    }
    return new Arrows(right, up);
  }
}
