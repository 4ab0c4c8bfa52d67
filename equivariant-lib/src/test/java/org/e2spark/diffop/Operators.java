package org.e2spark.diffop;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/** Random operators of order 0 to 3. */
class Operators implements ArbitrarySupplier<HomogeneousPolynomial> {

  @Override
  public Arbitrary<HomogeneousPolynomial> get() {
    return Arbitraries.doubles()
        .between(-2, 2)
        .ofScale(3)
        .array(double[].class)
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(HomogeneousPolynomial::new);
  }
}
