package org.e2spark.diffop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.e2spark.diffop.Discretization.FiniteDifferences;
import org.e2spark.diffop.Discretization.FiniteDifferences.Orientation;
import org.e2spark.diffop.Discretization.GaussianDerivatives;
import org.e2spark.diffop.Discretization.RadialBasisFunctions;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.Symmetries;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.Spaces;
import org.e2spark.kernel.AngularSolution;
import org.e2spark.kernel.PixelGrid;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

/**
 * {@code P(g x) = ρ_out(g) P(x) ρ_in(g)^-1} in double precision, for symbols anywhere and for
 * stencils on the grid's own symmetries, at the tolerances of allclose.
 */
class OperatorEquivarianceTest {

  private static final int ORDER = 4;

  @Provide
  Arbitrary<GSpace> spaces() {
    return Spaces.any();
  }

  @Property(tries = 100)
  void symbolsAreEquivariant(
      @ForAll("spaces") GSpace space,
      @ForAll @DoubleRange(min = -1, max = 1) double x,
      @ForAll @DoubleRange(min = -1, max = 1) double y,
      @ForAll long seed) {
    var random = new Random(seed);
    List<Representation> candidates = representations(space);
    Representation in = candidates.get(random.nextInt(candidates.size()));
    Representation out = candidates.get(random.nextInt(candidates.size()));
    long mixture = random.nextLong();
    SimpleMatrix here = operator(space, in, out, mixture, symbol -> symbol.at(x, y));
    for (GroupElement g : space.fiberGroup().testingElements()) {
      GroupElement action = space.baseSpaceAction(g);
      double mirrored = action.reflection() == 1 ? -y : y;
      double newX = Math.cos(action.angle()) * x - Math.sin(action.angle()) * mirrored;
      double newY = Math.sin(action.angle()) * x + Math.cos(action.angle()) * mirrored;
      Symmetries.assertClose(
          operator(space, in, out, mixture, symbol -> symbol.at(newX, newY)),
          out.at(g).mult(here).mult(in.at(space.fiberGroup().inverse(g))));
    }
  }

  @Test
  void stencilsAreEquivariant() {
    List<Discretization> discretizations =
        List.of(
            new FiniteDifferences(Orientation.UPRIGHT),
            new GaussianDerivatives(1.1),
            new RadialBasisFunctions(RadialFunction.GA));
    for (GSpace space : List.of(new Rot2dOnR2(4), new FlipRot2dOnR2(4), new FlipRot2dOnR2(2, 0))) {
      for (Discretization discretization : discretizations) {
        for (int size : new int[] {6, 7}) {
          check(space, discretization, PixelGrid.square(size, 1));
        }
      }
    }
  }

  private static void check(GSpace space, Discretization discretization, PixelGrid grid) {
    Map<HomogeneousPolynomial, double[]> stencils = new HashMap<>();
    for (Representation in : representations(space)) {
      for (Representation out : representations(space)) {
        SimpleMatrix[] stencil = new SimpleMatrix[grid.points()];
        for (int p = 0; p < stencil.length; p++) {
          int point = p;
          stencil[p] =
              operator(
                  space,
                  in,
                  out,
                  1,
                  symbol ->
                      symbol.isZero()
                          ? 0
                          : stencils
                              .computeIfAbsent(symbol, s -> discretization.discretize(s, grid))[
                              point]);
        }
        for (GroupElement g : space.fiberGroup().elements()) {
          int[] moved = StencilEquivarianceTest.permutation(grid, space.baseSpaceAction(g), false);
          for (int p = 0; p < stencil.length; p++) {
            Symmetries.assertClose(
                stencil[moved[p]],
                out.at(g).mult(stencil[p]).mult(in.at(space.fiberGroup().inverse(g))));
          }
        }
      }
    }
  }

  private static List<Representation> representations(GSpace space) {
    List<Representation> all = new ArrayList<>(space.fiberGroup().irreps());
    if (!space.fiberGroup().isContinuous()) {
      all.add(space.regular());
    }
    return all;
  }

  /** A mixture, the same for the same seed, of all operators at one place: (out size, in size). */
  private static SimpleMatrix operator(
      GSpace space,
      Representation in,
      Representation out,
      long seed,
      ToDoubleFunction<HomogeneousPolynomial> value) {
    var random = new Random(seed);
    SimpleMatrix blocks = new SimpleMatrix(out.size(), in.size());
    int column = 0;
    for (Irrep from : in.irreps()) {
      int row = 0;
      for (Irrep to : out.irreps()) {
        SimpleMatrix block = new SimpleMatrix(to.size(), from.size());
        for (AngularSolution solution : AngularSolution.of(space, from, to, ORDER, null)) {
          HomogeneousPolynomial[] symbols =
              DiffopSolution.symbols(solution, from.size(), to.size());
          double weight = random.nextGaussian();
          for (int i = 0; i < symbols.length; i++) {
            HomogeneousPolynomial turned =
                symbols[i].rotated(AngularSolution.axis(space)).cleaned();
            block.set(i, block.get(i) + weight * value.applyAsDouble(turned));
          }
        }
        blocks.insertIntoThis(row, column, block);
        row += to.size();
      }
      column += from.size();
    }
    return out.changeOfBasis().mult(blocks).mult(in.changeOfBasisInverse());
  }
}
