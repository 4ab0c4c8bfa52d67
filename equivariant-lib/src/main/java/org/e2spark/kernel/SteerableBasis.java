package org.e2spark.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;

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

  private static final Map<Key, SampledBasis> CACHE = new LinkedHashMap<>(16, 0.75f, true);
  private static long cached;

  private SteerableBasis() {}

  /**
   * The basis of kernels from one representation to another, sampled on the k x k grid.
   *
   * @throws EmptyBasisException if no kernel is left
   * @throws IllegalArgumentException if a representation is not of the space's group, or options
   *     contradict each other
   */
  public static SampledBasis sample(
      GSpace space, Representation in, Representation out, KernelOptions options) {
    Key key = new Key(space, in, out, options);
    synchronized (CACHE) {
      SampledBasis known = CACHE.get(key);
      if (known != null) {
        return known;
      }
    }
    SampledBasis basis =
        BasisSampler.sample(
            space,
            in,
            out,
            options,
            SamplingPlan.of(options, PixelGrid.square(options.kernelSize(), options.dilation())));
    synchronized (CACHE) {
      if (CACHE.putIfAbsent(key, basis) == null) {
        cached += weight(basis);
        var eldest = CACHE.entrySet().iterator();
        while (cached > CAPACITY && CACHE.size() > 1) {
          cached -= weight(eldest.next().getValue());
          eldest.remove();
        }
      }
      return CACHE.getOrDefault(key, basis);
    }
  }

  /** The same basis at any points of the plane, normalised over them; not cached. */
  public static SampledBasis sampleAt(
      GSpace space,
      Representation in,
      Representation out,
      KernelOptions options,
      PixelGrid points) {
    return BasisSampler.sample(space, in, out, options, SamplingPlan.of(options, points));
  }

  private static long weight(SampledBasis basis) {
    return basis.blocks().stream().mapToLong(block -> block.samples().length).sum()
        + 32L * basis.dimension();
  }
}
