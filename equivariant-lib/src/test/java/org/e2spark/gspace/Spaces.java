package org.e2spark.gspace;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random spaces for property tests. */
public final class Spaces {

  private Spaces() {}

  /** Random spaces with random axes. */
  public static Arbitrary<GSpace> any() {
    Arbitrary<Double> axes = Arbitraries.doubles().between(-4, 4).ofScale(4);
    Arbitrary<Integer> rotations = Arbitraries.integers().between(2, 12);
    Arbitrary<Integer> frequencies = Arbitraries.integers().between(0, 5);
    return Arbitraries.oneOf(
        Arbitraries.just(new TrivialOnR2()),
        axes.map(Flip2dOnR2::new),
        rotations.map(Rot2dOnR2::new),
        frequencies.map(Rot2dOnR2::continuous),
        Combinators.combine(rotations, axes).as(FlipRot2dOnR2::new),
        Combinators.combine(frequencies, axes).as((k, axis) -> new FlipRot2dOnR2(-1, k, axis)));
  }
}
