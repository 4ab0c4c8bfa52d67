package org.e2spark.kernel;

import java.util.List;
import java.util.Optional;
import org.e2spark.cache.BoundedCache;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.text.Text;

/**
 * Samples bases of equivariant kernels, and keeps those sampled lately.
 *
 * <p>A kernel {@code K} between fields of representations ρ_in and ρ_out makes an equivariant
 * convolution exactly if {@code K(g x) = ρ_out(g) K(x) ρ_in(g)^-1} for all g. Its solutions are
 * products of angular harmonics ({@link AngularSolution}) and any radial profile, here Gaussian
 * rings. Weiler and Cesa (2019), sections 2.3 to 2.6.
 */
public final class SteerableBasis {

  /** Samples kept at most, in floats: 128 MiB. */
  private static final long CAPACITY = 32L << 20;

  private record Key(GSpace space, Representation in, Representation out, KernelOptions options) {}

  private static final BoundedCache<Key, Optional<SampledBasis>> CACHE =
      BoundedCache.ofWeight(CAPACITY, SteerableBasis::weight);

  private SteerableBasis() {}

  /**
   * The basis of kernels from one representation to another, sampled on the k x k grid.
   *
   * @throws EmptyBasisException if no kernel is left, naming options that leave some
   * @throws IllegalArgumentException if a representation is not of the space's group, or options
   *     contradict each other
   */
  public static SampledBasis sample(
      GSpace space, Representation in, Representation out, KernelOptions options) {
    return find(space, in, out, options).orElseThrow(() -> noneLeft(space, in, out, options));
  }

  /** As {@link #sample}, but empty if no kernel is left. */
  public static Optional<SampledBasis> find(
      GSpace space, Representation in, Representation out, KernelOptions options) {
    return CACHE.get(
        new Key(space, in, out, options), () -> find(space, in, out, options, options.grid()));
  }

  static Optional<SampledBasis> find(
      GSpace space, Representation in, Representation out, KernelOptions options, PixelGrid grid) {
    return new KernelSampler(space, options, SamplingPlan.of(options, grid)).sample(in, out);
  }

  /** What {@link #sample} throws if no kernel is left. */
  public static EmptyBasisException noneLeft(
      GSpace space, Representation in, Representation out, KernelOptions options) {
    return EmptyBasisAdvice.exception(space, in, out, options);
  }

  /**
   * The same basis at any points of the plane, normalised over them; not cached.
   *
   * @throws EmptyBasisException if every kernel vanishes at the points
   */
  public static SampledBasis sampleAt(
      GSpace space,
      Representation in,
      Representation out,
      KernelOptions options,
      PixelGrid points) {
    return find(space, in, out, options, points)
        .orElseThrow(
            () ->
                new EmptyBasisException(
                    Text.format(
                        "No kernel from %s to %s for %s is left at the %d points",
                        in.name(), out.name(), space.fiberGroup().name(), points.points())));
  }

  private static long weight(Optional<SampledBasis> sampled) {
    long floats = 32;
    for (IrrepBlock block : sampled.map(SampledBasis::blocks).orElse(List.of())) {
      floats += 2L * block.samples().length + 32L * block.elements() * block.placements().size();
    }
    return floats;
  }
}
