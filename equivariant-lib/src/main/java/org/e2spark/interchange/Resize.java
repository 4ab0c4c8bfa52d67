package org.e2spark.interchange;

import org.e2spark.text.Text;

/**
 * Resamples images.
 *
 * @param interpolation how values between pixels are found
 * @param height rows of the result; 0 if a factor is given
 * @param width columns of the result; 0 if a factor is given
 * @param factor by which both are multiplied, rounded down; 0 if a size is given
 */
public record Resize(Interpolation interpolation, long height, long width, double factor)
    implements PlainLayer {

  /** How values between pixels are found. */
  public enum Interpolation {
    /** The nearest pixel's value. */
    NEAREST,
    /** Linear in both directions; the outer edges of the image stay in place. */
    BILINEAR,
    /** Linear in both directions; the centres of the corner pixels stay in place. */
    BILINEAR_ALIGNED_CORNERS
  }

  @Override
  public String write(Program program, String x) {
    String size = factor == 0 ? Text.format("[%d, %d]", height, width) : "None";
    String scale = factor == 0 ? "None" : "[" + factor + ", " + factor + "]";
    return interpolation == Interpolation.NEAREST
        ? program.let("torch.upsample_nearest2d(%s, %s, %s)", x, size, scale)
        : program.let(
            "torch.upsample_bilinear2d(%s, %s, %s, %s)",
            x,
            size,
            interpolation == Interpolation.BILINEAR_ALIGNED_CORNERS ? "True" : "False",
            scale);
  }
}
