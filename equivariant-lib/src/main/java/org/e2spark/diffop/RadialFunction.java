package org.e2spark.diffop;

import java.util.Locale;
import org.e2spark.text.Text;

/**
 * A radial basis function φ(r), written as h(r²), and the derivatives of h.
 *
 * <p>The polyharmonic splines and the exponential are rough at r = 0: they have no derivative there
 * of their own order or higher.
 */
public enum RadialFunction {
  /** exp(-(εr)²). */
  GA(0),
  /** sqrt(1 + (εr)²). */
  MQ(0),
  /** 1 / sqrt(1 + (εr)²). */
  IMQ(0),
  /** 1 / (1 + (εr)²). */
  IQ(0),
  /** exp(-εr). */
  EXP(0),
  /** εr. */
  PHS1(1),
  /** (εr)² log(εr). */
  PHS2(2),
  /** (εr)³. */
  PHS3(3),
  /** (εr)^4 log(εr). */
  PHS4(4),
  /** (εr)^5. */
  PHS5(5),
  /** (εr)^6 log(εr). */
  PHS6(6),
  /** (εr)^7. */
  PHS7(7),
  /** (εr)^8 log(εr). */
  PHS8(8);

  private final int splineOrder;

  RadialFunction(int splineOrder) {
    this.splineOrder = splineOrder;
  }

  /**
   * The function of that abbreviation, "ga", "phs3", …; throws IllegalArgumentException if there is
   * none.
   */
  public static RadialFunction of(String abbreviation) {
    try {
      return valueOf(abbreviation.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Unknown radial basis function: "
              + abbreviation
              + " (known: ga, mq, imq, iq, exp, phs1 to phs8)",
          e);
    }
  }

  /**
   * The mixed derivative ∂^a/∂x^a ∂^b/∂y^b of φ(sqrt(x² + y²)).
   *
   * @throws IllegalArgumentException at the origin, if φ is too rough there
   */
  double derivative(int a, int b, double x, double y, double epsilon) {
    double u = x * x + y * y;
    if (u == 0 && roughness() <= a + b) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has no derivative of order %d at the centre (choose ga, mq, imq, iq or a smoother spline)",
              this, a + b));
    }
    if (u == 0 && roughness() != Integer.MAX_VALUE && a + b > 0) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; 2 * i <= a; i++) {
      for (int j = 0; 2 * j <= b; j++) {
        sum += chain(a, i, x) * chain(b, j, y) * outer(a + b - i - j, u, epsilon);
      }
    }
    return sum;
  }

  /** Factor of h^(n-i) in the n-th derivative of h(x² + c). */
  private static double chain(int n, int i, double x) {
    return factorial(n) / (factorial(i) * factorial(n - 2 * i)) * Math.pow(2 * x, n - 2 * i);
  }

  private static double factorial(int n) {
    double product = 1;
    for (int i = 2; i <= n; i++) {
      product *= i;
    }
    return product;
  }

  /** The lowest order of a derivative that does not exist at the origin. */
  private int roughness() {
    return switch (this) {
      case GA, MQ, IMQ, IQ -> Integer.MAX_VALUE;
      case EXP -> 1;
      default -> splineOrder;
    };
  }

  /** The m-th derivative of h at u. */
  private double outer(int m, double u, double epsilon) {
    double scale = epsilon * epsilon;
    return switch (this) {
      case GA -> Math.pow(-scale, m) * Math.exp(-scale * u);
      case MQ -> falling(0.5, m) * Math.pow(scale, m) * Math.pow(1 + scale * u, 0.5 - m);
      case IMQ -> falling(-0.5, m) * Math.pow(scale, m) * Math.pow(1 + scale * u, -0.5 - m);
      case IQ -> falling(-1, m) * Math.pow(scale, m) * Math.pow(1 + scale * u, -1.0 - m);
      case EXP -> exponential(m, u, epsilon);
      default -> spline(m, u, epsilon);
    };
  }

  private static double falling(double p, int m) {
    double product = 1;
    for (int i = 0; i < m; i++) {
      product *= p - i;
    }
    return product;
  }

  private double spline(int m, double u, double epsilon) {
    double p = splineOrder / 2.0;
    double factor = Math.pow(epsilon, splineOrder);
    if (u == 0) {
      return 0;
    }
    if (splineOrder % 2 == 1) {
      return factor * falling(p, m) * Math.pow(u, p - m);
    }
    // The m-th derivative of u^p log u is (a log u + b) u^(p-m).
    double a = 1;
    double b = 0;
    for (int i = 0; i < m; i++) {
      b = b * (p - i) + a;
      a = a * (p - i);
    }
    double logarithm = Math.log(u) + 2 * Math.log(epsilon);
    return 0.5 * factor * Math.pow(u, p - m) * (a * logarithm + b);
  }

  private static double exponential(int m, double u, double epsilon) {
    // The m-th derivative is exp(-ε sqrt(u)) times a polynomial in 1 / sqrt(u).
    double[] c = new double[2 * m + 2];
    c[0] = 1;
    for (int i = 0; i < m; i++) {
      double[] next = new double[c.length];
      for (int j = 0; j + 2 < c.length; j++) {
        next[j + 2] -= 0.5 * j * c[j];
        next[j + 1] -= 0.5 * epsilon * c[j];
      }
      c = next;
    }
    double sum = 0;
    for (int j = 0; j < c.length; j++) {
      if (c[j] != 0) {
        sum += c[j] * Math.pow(u, -j / 2.0);
      }
    }
    return sum * Math.exp(-epsilon * Math.sqrt(u));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
