package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;
import org.e2spark.interchange.Resize;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.ParameterFree;
import org.e2spark.nn.Size2d;

/**
 * Enlarges the images of fields of any type.
 *
 * <p>Bilinear interpolation is nearly equivariant; the nearest pixel's value is so for quarter
 * turns only. Prefer {@link #byFactor} to {@link #toSize}, which can stretch one axis more than the
 * other.
 */
public final class R2Upsampling extends ParameterFree {

  /** How values between pixels are found. */
  public enum Interpolation {
    NEAREST,
    /** Linear in both directions; the outer edges of the image stay in place. */
    BILINEAR,
    /** Linear in both directions; the centres of the corner pixels stay in place. */
    BILINEAR_ALIGNED_CORNERS
  }

  private final double factor;
  private final Size2d size;
  private final Interpolation interpolation;

  private R2Upsampling(FieldType type, double factor, Size2d size, Interpolation interpolation) {
    super(
        type,
        type,
        new Resize(
            Resize.Interpolation.valueOf(interpolation.name()),
            size == null ? 0 : size.height(),
            size == null ? 0 : size.width(),
            factor));
    this.factor = factor;
    this.size = size;
    this.interpolation = interpolation;
  }

  /**
   * Multiplies height and width.
   *
   * @param factor positive
   */
  public static R2Upsampling byFactor(FieldType type, double factor, Interpolation interpolation) {
    if (!(factor > 0)) {
      throw new IllegalArgumentException("Invalid factor: " + factor + " (must be positive)");
    }
    return new R2Upsampling(type, factor, null, interpolation);
  }

  /** Makes images of one size. */
  public static R2Upsampling toSize(FieldType type, Size2d size, Interpolation interpolation) {
    return new R2Upsampling(type, 0, size.atLeast(1, "size"), interpolation);
  }

  @Override
  public boolean isCentred(Shape input, int axis) {
    long from = input.get(axis);
    long to = outputShape(input).get(axis);
    double step = size == null ? 1 / factor : (double) from / to;
    return switch (interpolation) {
      case NEAREST ->
          LongStream.range(0, to)
              .allMatch(i -> nearest(i, step, from) + nearest(to - 1 - i, step, from) == from - 1);
      case BILINEAR -> Math.abs(to * step - from) < 1e-6 * from;
      case BILINEAR_ALIGNED_CORNERS -> to > 1 || from == 1;
    };
  }

  private static long nearest(long place, double step, long size) {
    return Math.min((long) Math.floor((float) (place * step)), size - 1);
  }

  @Override
  public Shape outputShape(Shape input) {
    return size == null
        ? new Shape(
            input.get(0),
            input.get(1),
            (long) Math.floor(input.get(2) * factor),
            (long) Math.floor(input.get(3) * factor))
        : new Shape(input.get(0), input.get(1), size.height(), size.width());
  }
}
