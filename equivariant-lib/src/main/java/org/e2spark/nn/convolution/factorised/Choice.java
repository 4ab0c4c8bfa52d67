package org.e2spark.nn.convolution.factorised;

import java.util.Locale;
import org.e2spark.text.Text;

/**
 * How a layer evaluates its kernel for images of one shape. As text: {@code dense}, or form,
 * product and images at a time, such as {@code folded/onednn/8}.
 *
 * @param kind the form
 * @param product what computes its products
 * @param chunk images at a time
 */
public record Choice(Kind kind, Product product, int chunk) {

  /** A form of evaluation. */
  public enum Kind {
    /** A convolution with the expanded filter. */
    DENSE,
    /** {@link SpatialForm}. */
    SPATIAL,
    /** {@link ToeplitzForm} over pixels. */
    TOEPLITZ,
    /** {@link ToeplitzForm} over images folded by parity. */
    FOLDED,
    /** {@link FrequencyForm}. */
    FREQUENCY
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public Choice {
    if (chunk < 1) {
      throw new IllegalArgumentException(
          "Invalid images at a time: " + chunk + " (must be at least 1)");
    }
  }

  /** A convolution with the expanded filter. */
  public static final Choice DENSE = new Choice(Kind.DENSE, Product.BLAS, 1);

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if the text is of another form
   */
  public static Choice parse(String text) {
    if (text.equals(DENSE.toString())) {
      return DENSE;
    }
    try {
      String[] parts = text.toUpperCase(Locale.ROOT).split("/", -1);
      return new Choice(
          Kind.valueOf(parts[0]), Product.valueOf(parts[1]), Integer.parseInt(parts[2]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "Invalid choice of evaluation: " + text + " (such as dense or folded/onednn/8)", e);
    }
  }

  @Override
  public String toString() {
    return kind == Kind.DENSE
        ? "dense"
        : Text.format("%s/%s/%d", kind, product, chunk).toLowerCase(Locale.ROOT);
  }
}
