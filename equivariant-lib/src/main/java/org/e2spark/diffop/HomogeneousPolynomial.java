package org.e2spark.diffop;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import org.e2spark.text.Text;

/**
 * A polynomial in x and y whose terms all have the same degree, as the symbol of a differential
 * operator: {@code x} stands for ∂/∂x and {@code y} for ∂/∂y.
 *
 * <p>Immutable. Coefficients go from x^n over x^(n-1) y to y^n.
 */
public final class HomogeneousPolynomial implements Serializable {

  private static final long serialVersionUID = 1;

  /** Coefficients below this are what is left of others that cancelled. */
  private static final double NEGLIGIBLE = 1e-8;

  private final double[] coefficients;

  /**
   * The polynomial with the given coefficients of x^n, x^(n-1) y, ..., y^n; throws
   * IllegalArgumentException if there are none.
   */
  public HomogeneousPolynomial(double... coefficients) {
    if (coefficients.length == 0) {
      throw new IllegalArgumentException("A polynomial needs at least one coefficient");
    }
    this.coefficients = coefficients.clone();
  }

  /**
   * The real part of (x + iy)^|n|: r^|n| cos(nφ), the Chebyshev polynomial T_n made homogeneous.
   */
  public static HomogeneousPolynomial cosine(int n) {
    double[] result = new double[Math.abs(n) + 1];
    for (int k = 0; k < result.length; k += 2) {
      result[k] = binomial(Math.abs(n), k) * (k % 4 == 0 ? 1 : -1);
    }
    return new HomogeneousPolynomial(result);
  }

  /** The imaginary part of (x + iy)^|n|, with the sign of n: r^|n| sin(nφ). */
  public static HomogeneousPolynomial sine(int n) {
    double[] result = new double[Math.abs(n) + 1];
    for (int k = 1; k < result.length; k += 2) {
      result[k] = Integer.signum(n) * binomial(Math.abs(n), k) * (k % 4 == 1 ? 1 : -1);
    }
    return new HomogeneousPolynomial(result);
  }

  /** (x² + y²)^power. */
  public static HomogeneousPolynomial laplacian(int power) {
    double[] result = new double[2 * power + 1];
    for (int k = 0; k <= power; k++) {
      result[2 * k] = binomial(power, k);
    }
    return new HomogeneousPolynomial(result);
  }

  /** The polynomial 0 of the given degree. */
  public static HomogeneousPolynomial zero(int degree) {
    return new HomogeneousPolynomial(new double[degree + 1]);
  }

  /** Order of the operator. */
  public int degree() {
    return coefficients.length - 1;
  }

  /** Coefficient of x^(n-k) y^k. */
  public double coefficient(int k) {
    return coefficients[k];
  }

  /** Whether every coefficient is negligible. */
  public boolean isZero() {
    return Arrays.stream(coefficients).allMatch(c -> Math.abs(c) < NEGLIGIBLE);
  }

  /** The same without the coefficients that rounding left instead of zeros. */
  HomogeneousPolynomial cleaned() {
    return new HomogeneousPolynomial(
        Arrays.stream(coefficients).map(c -> Math.abs(c) < NEGLIGIBLE ? 0 : c).toArray());
  }

  /** The product. */
  public HomogeneousPolynomial times(HomogeneousPolynomial other) {
    double[] product = new double[coefficients.length + other.coefficients.length - 1];
    for (int i = 0; i < coefficients.length; i++) {
      for (int j = 0; j < other.coefficients.length; j++) {
        product[i + j] += coefficients[i] * other.coefficients[j];
      }
    }
    return new HomogeneousPolynomial(product);
  }

  /** A multiple. */
  public HomogeneousPolynomial times(double factor) {
    return new HomogeneousPolynomial(Arrays.stream(coefficients).map(c -> factor * c).toArray());
  }

  /** The sum; throws IllegalArgumentException if the degrees differ. */
  public HomogeneousPolynomial plus(HomogeneousPolynomial other) {
    if (degree() != other.degree()) {
      throw new IllegalArgumentException(
          Text.format("Cannot add polynomials of degrees %d and %d", degree(), other.degree()));
    }
    double[] sum = coefficients.clone();
    for (int k = 0; k < sum.length; k++) {
      sum[k] += other.coefficients[k];
    }
    return new HomogeneousPolynomial(sum);
  }

  /**
   * The polynomial turned counter-clockwise: its value at a point is the old value at the point
   * turned back by {@code angle} radians.
   */
  public HomogeneousPolynomial rotated(double angle) {
    if (angle == 0) {
      return this;
    }
    HomogeneousPolynomial newX = new HomogeneousPolynomial(Math.cos(angle), Math.sin(angle));
    HomogeneousPolynomial newY = new HomogeneousPolynomial(-Math.sin(angle), Math.cos(angle));
    HomogeneousPolynomial sum = zero(degree());
    for (int k = 0; k < coefficients.length; k++) {
      sum = sum.plus(newX.power(degree() - k).times(newY.power(k)).times(coefficients[k]));
    }
    return sum;
  }

  private HomogeneousPolynomial power(int exponent) {
    HomogeneousPolynomial result = new HomogeneousPolynomial(1);
    for (int i = 0; i < exponent; i++) {
      result = result.times(this);
    }
    return result;
  }

  /** Its value at a point. */
  public double at(double x, double y) {
    double value = 0;
    for (int k = 0; k < coefficients.length; k++) {
      value += coefficients[k] * Math.pow(x, degree() - k) * Math.pow(y, k);
    }
    return value;
  }

  private static double binomial(int n, int k) {
    double result = 1;
    for (int i = 1; i <= k; i++) {
      result = result * (n - k + i) / i;
    }
    return Math.rint(result);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HomogeneousPolynomial that
        && Arrays.equals(coefficients, that.coefficients);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(coefficients);
  }

  /** Such as "x^2 - 2xy + y^2". */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < coefficients.length; k++) {
      double c = coefficients[k];
      if (Math.abs(c) < NEGLIGIBLE) {
        continue;
      }
      String sign = c < 0 ? "-" : "+";
      text.append(text.isEmpty() ? (c < 0 ? "-" : "") : " " + sign + " ");
      String monomial = factor("x", degree() - k) + factor("y", k);
      String size =
          new BigDecimal(Math.abs(c))
              .setScale(2, RoundingMode.HALF_EVEN)
              .stripTrailingZeros()
              .toPlainString();
      text.append(size.equals("1") && !monomial.isEmpty() ? "" : size).append(monomial);
    }
    return text.isEmpty() ? "0" : text.toString();
  }

  private static String factor(String variable, int exponent) {
    return exponent == 0 ? "" : exponent == 1 ? variable : variable + "^" + exponent;
  }
}
