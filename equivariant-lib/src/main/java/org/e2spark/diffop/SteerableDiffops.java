package org.e2spark.diffop;

import java.util.Optional;
import java.util.OptionalInt;
import org.e2spark.cache.BoundedCache;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.kernel.AngularSolution;
import org.e2spark.kernel.EmptyBasisException;
import org.e2spark.kernel.PixelGrid;
import org.e2spark.kernel.SampledBasis;
import org.e2spark.text.Text;

/**
 * Bases of equivariant differential operators, discretised on the pixel grid, and those discretised
 * lately.
 *
 * <p>A matrix of operators with symbols P is equivariant exactly if {@code P(g x) = ρ_out(g) P(x)
 * ρ_in(g)^-1} for all g, the constraint that kernels have; its solutions are the harmonic
 * polynomials in place of the harmonics, times powers of the Laplacian. Jenner and Weiler,
 * "Steerable Partial Differential Operators for Equivariant Neural Networks" (2022).
 */
public final class SteerableDiffops {

  private record Key(GSpace space, Representation in, Representation out, DiffopOptions options) {}

  private static final BoundedCache<Key, Optional<SampledBasis>> CACHE = BoundedCache.ofSize(256);

  private SteerableDiffops() {}

  /**
   * The basis of operators from one representation to another, on the k x k grid.
   *
   * @throws EmptyBasisException if no operator is left
   * @throws IllegalArgumentException if a representation is not of the space's group, or the grid
   *     is too small for the order
   */
  public static SampledBasis sample(
      GSpace space, Representation in, Representation out, DiffopOptions options) {
    return find(space, in, out, options).orElseThrow(() -> noneLeft(space, in, out, options));
  }

  /** As {@link #sample}, but empty if no operator is left. */
  public static Optional<SampledBasis> find(
      GSpace space, Representation in, Representation out, DiffopOptions options) {
    PixelGrid grid = PixelGrid.square(options.kernelSize(), options.dilation());
    return CACHE.get(
        new Key(space, in, out, options),
        () ->
            new DiffopSampler(
                    space,
                    options,
                    grid.points(),
                    operator -> options.discretization().discretize(operator, grid))
                .sample(in, out));
  }

  /** What {@link #sample} throws if no operator is left. */
  public static EmptyBasisException noneLeft(
      GSpace space, Representation in, Representation out, DiffopOptions options) {
    OptionalInt lowest = AngularSolution.lowestFrequency(space, in, out);
    String remedy = "no operator of any order connects them: choose other representations";
    if (lowest.isPresent()) {
      int order = lowest.getAsInt();
      remedy =
          order > options.maximumOrder()
              ? Text.format(
                  "smallest: %d, on kernels of size %d",
                  order, StencilAccuracy.requiredPoints(order, 2))
              : "raise it, or leave out the basis filter or the maximum offset";
    }
    return new EmptyBasisException(
        Text.format(
            "Maximum order %d leaves no differential operators from %s to %s for %s (%s)",
            options.maximumOrder(), in.name(), out.name(), space.fiberGroup().name(), remedy));
  }

  /**
   * The symbols of the same operators, as functions of the plane, at any points; normalised over
   * them and not cached.
   *
   * @param points where to evaluate the polynomials
   */
  public static SampledBasis symbolsAt(
      GSpace space,
      Representation in,
      Representation out,
      DiffopOptions options,
      PixelGrid points) {
    return new DiffopSampler(
            space,
            options,
            points.points(),
            operator -> {
              double[] values = new double[points.points()];
              for (int p = 0; p < values.length; p++) {
                values[p] = operator.at(points.x(p), points.y(p));
              }
              return values;
            })
        .sample(in, out)
        .orElseThrow(() -> noneLeft(space, in, out, options));
  }
}
