package org.e2spark.diffop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import org.e2spark.diffop.Discretization.FiniteDifferences;
import org.e2spark.diffop.Discretization.FiniteDifferences.Orientation;
import org.e2spark.diffop.Discretization.GaussianDerivatives;
import org.e2spark.diffop.Discretization.RadialBasisFunctions;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.PixelGrid;
import org.e2spark.kernel.SampledBasis;
import org.ejml.simple.SimpleMatrix;

/** Stencils under the symmetries of the pixel grid. */
class StencilEquivarianceTest {

  /**
   * On the grid's own symmetries the stencils are equivariant exactly, each in its own orientation.
   */
  @Example
  void stencilsAreEquivariantUnderTheGridsSymmetries() {
    List<Discretization> discretizations =
        List.of(
            new FiniteDifferences(Orientation.UPRIGHT),
            Discretization.finiteDifferences(),
            new GaussianDerivatives(1.1),
            new RadialBasisFunctions(RadialFunction.GA),
            new RadialBasisFunctions(RadialFunction.PHS7));
    for (GSpace space : List.of(new Rot2dOnR2(4), new FlipRot2dOnR2(4), new FlipRot2dOnR2(2, 0))) {
      for (Discretization discretization : discretizations) {
        for (int size : new int[] {4, 5}) {
          check(space, discretization, size);
        }
      }
    }
  }

  private static void check(GSpace space, Discretization discretization, int size) {
    DiffopOptions options =
        DiffopOptions.builder()
            .kernelSize(size)
            .maximumOrder(3)
            .discretization(discretization)
            .build();
    List<Representation> representations = new ArrayList<>(space.fiberGroup().irreps());
    representations.add(space.regular());
    PixelGrid grid = PixelGrid.square(size, 1);
    boolean turned = discretization.equals(Discretization.finiteDifferences());
    for (Representation in : representations) {
      for (Representation out : representations) {
        boolean pseudoscalar = in.size() == 1 && out.size() == 1 && !in.equals(out);
        if (pseudoscalar) {
          continue; // Their lowest operators have order 4.
        }
        SampledBasis basis = SteerableDiffops.sample(space, in, out, options);
        SimpleMatrix[][] kernels = kernels(basis);
        for (GroupElement g : space.fiberGroup().elements()) {
          int[] moved = permutation(grid, space.baseSpaceAction(g), turned);
          SimpleMatrix left = out.at(g);
          SimpleMatrix right = in.at(space.fiberGroup().inverse(g));
          for (int b = 0; b < basis.dimension(); b++) {
            double largest = 0;
            for (int p = 0; p < grid.points(); p++) {
              SimpleMatrix expected = left.mult(kernels[b][p]).mult(right);
              SimpleMatrix difference = kernels[b][moved[p]].minus(expected);
              largest = Math.max(largest, difference.elementMaxAbs());
            }
            assertThat(largest)
                .as("%s %s %s", space.name(), discretization, basis.elements().get(b).id())
                .isLessThan(2e-5);
          }
        }
      }
    }
  }

  /**
   * Where the action carries each pixel. The compatible stencils are laid out with x down the rows
   * and y along the columns.
   */
  static int[] permutation(PixelGrid grid, GroupElement action, boolean turned) {
    int[] moved = new int[grid.points()];
    for (int p = 0; p < moved.length; p++) {
      double x = turned ? -grid.y(p) : grid.x(p);
      double y = turned ? grid.x(p) : grid.y(p);
      double mirrored = action.reflection() == 1 ? -y : y;
      double newX = Math.cos(action.angle()) * x - Math.sin(action.angle()) * mirrored;
      double newY = Math.sin(action.angle()) * x + Math.cos(action.angle()) * mirrored;
      for (int q = 0; q < moved.length; q++) {
        double qx = turned ? -grid.y(q) : grid.x(q);
        double qy = turned ? grid.x(q) : grid.y(q);
        if (Math.abs(qx - newX) < 1e-6 && Math.abs(qy - newY) < 1e-6) {
          moved[p] = q;
        }
      }
    }
    return moved;
  }

  /** By element of the basis and pixel. */
  private static SimpleMatrix[][] kernels(SampledBasis basis) {
    float[] dense = basis.dense();
    int points = basis.points();
    int entries = basis.out().size() * basis.in().size();
    SimpleMatrix[][] kernels = new SimpleMatrix[basis.dimension()][points];
    for (int b = 0; b < kernels.length; b++) {
      for (int p = 0; p < points; p++) {
        kernels[b][p] = new SimpleMatrix(basis.out().size(), basis.in().size());
        for (int i = 0; i < entries; i++) {
          kernels[b][p].set(i, dense[(b * entries + i) * points + p]);
        }
      }
    }
    return kernels;
  }
}
