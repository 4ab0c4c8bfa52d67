package org.e2spark.diffop;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import org.assertj.core.data.Offset;

/** Symbols of operators. */
class HomogeneousPolynomialTest {

  @Example
  void polynomials() {
    assertThat(HomogeneousPolynomial.cosine(2)).hasToString("x^2 - y^2");
    assertThat(HomogeneousPolynomial.sine(-3)).hasToString("-3x^2y + y^3");
    assertThat(HomogeneousPolynomial.laplacian(2)).hasToString("x^4 + 2x^2y^2 + y^4");
    assertThat(HomogeneousPolynomial.zero(3)).hasToString("0");
    for (int n = -5; n <= 5; n++) {
      double radius = Math.pow(0.7, Math.abs(n));
      double x = 0.7 * Math.cos(1.1);
      double y = 0.7 * Math.sin(1.1);
      assertThat(HomogeneousPolynomial.cosine(n).at(x, y))
          .isCloseTo(radius * Math.cos(1.1 * n), Offset.offset(1e-12));
      assertThat(HomogeneousPolynomial.sine(n).at(x, y))
          .isCloseTo(radius * Math.sin(1.1 * n), Offset.offset(1e-12));
      assertThat(HomogeneousPolynomial.cosine(n).rotated(0.4).at(x, y))
          .isCloseTo(radius * Math.cos(0.7 * n), Offset.offset(1e-12));
    }
    assertThat(new LaplaceProfile(2).powers())
        .extracting(HomogeneousPolynomial::degree)
        .containsExactly(0, 2, 4);
  }
}
