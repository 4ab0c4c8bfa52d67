package org.e2spark.kernel;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a steerable kernel is sampled on the pixel grid.
 *
 * @param kernelSize k: the kernel has k x k pixels
 * @param dilation distance of neighbouring pixels of the kernel
 * @param rings radii of the rings, pixels; null for one ring per pixel of radius
 * @param sigma widths of the rings, pixels: empty for the default (0.6, 0.4 at the outermost, 0.005
 *     at the centre), one value for all, or one for each ring
 * @param frequenciesCutoff highest angular frequency per ring
 * @param maximumOffset for finite groups, how many group orders a frequency may be away from the
 *     lowest one; null for no limit
 * @param basisFilter further restriction of the basis, or null
 */
public record KernelOptions(
    int kernelSize,
    int dilation,
    List<Double> rings,
    List<Double> sigma,
    FrequencyCutoff frequenciesCutoff,
    Integer maximumOffset,
    BasisFilter basisFilter)
    implements Serializable {

  private static final Logger log = LoggerFactory.getLogger(KernelOptions.class);

  /** Checks every option that can be checked alone. */
  public KernelOptions {
    if (kernelSize < 1) {
      throw new IllegalArgumentException(
          "Invalid kernel size: " + kernelSize + " (must be at least 1)");
    }
    if (dilation < 1) {
      throw new IllegalArgumentException("Invalid dilation: " + dilation + " (must be at least 1)");
    }
    if (maximumOffset != null && maximumOffset < 0) {
      throw new IllegalArgumentException(
          "Invalid maximum offset: " + maximumOffset + " (must be at least 0, or absent)");
    }
    double furthest = Math.sqrt(2) * dilation * (kernelSize - 1) / 2;
    if (rings != null) {
      rings = List.copyOf(rings);
      if (rings.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid rings: none (leave them out for the default ones)");
      }
      for (double ring : rings) {
        if (!(ring >= 0 && ring <= furthest * (1 + 1e-12))) {
          throw new IllegalArgumentException(
              Text.format(
                  "Invalid ring: %s (must be in [0, %s], the reach of a %s x %s kernel of dilation"
                      + " %s)",
                  ring, furthest, kernelSize, kernelSize, dilation));
        }
      }
    }
    sigma = List.copyOf(sigma);
    for (double width : sigma) {
      if (!(width > 0)) {
        throw new IllegalArgumentException("Invalid sigma: " + width + " (must be positive)");
      }
    }
  }

  /** Options of a k x k kernel with every default. */
  public static KernelOptions ofSize(int kernelSize) {
    return builder(kernelSize).build();
  }

  /** Starts with every default but the kernel size, which has none. */
  public static Builder builder() {
    return new Builder(0);
  }

  /** Starts with every default of a k x k kernel. */
  public static Builder builder(int kernelSize) {
    return new Builder(kernelSize);
  }

  PixelGrid grid() {
    return PixelGrid.square(kernelSize, dilation);
  }

  Builder toBuilder() {
    Builder builder = new Builder(kernelSize);
    builder.dilation = dilation;
    builder.rings = rings;
    builder.sigma = sigma;
    builder.frequenciesCutoff = frequenciesCutoff;
    builder.maximumOffset = maximumOffset;
    builder.basisFilter = basisFilter;
    return builder;
  }

  /** Collects options. */
  public static final class Builder {

    private int kernelSize;
    private int dilation = 1;
    private List<Double> rings;
    private boolean undilated;
    private List<Double> sigma = List.of();
    private FrequencyCutoff frequenciesCutoff = FrequencyCutoff.Policy.STANDARD;
    private Integer maximumOffset;
    private BasisFilter basisFilter;

    private Builder(int kernelSize) {
      this.kernelSize = kernelSize;
    }

    /** Pixels along one side of the kernel. */
    public Builder kernelSize(int value) {
      kernelSize = value;
      return this;
    }

    Builder defaultRings() {
      rings = null;
      return this;
    }

    Builder defaultSigma() {
      sigma = List.of();
      return this;
    }

    Builder anyOffset() {
      maximumOffset = null;
      return this;
    }

    /** Distance of neighbouring pixels of the kernel. */
    public Builder dilation(int value) {
      dilation = value;
      return this;
    }

    /** Radii of the rings, pixels. */
    public Builder rings(double... values) {
      rings = DoubleStream.of(values).boxed().toList();
      return this;
    }

    /**
     * Lets the radii that are there by default be those without dilation; those of a 2 x 2 kernel,
     * whose only ring depends on where its pixels are, stay.
     */
    public Builder undilatedRings() {
      undilated = true;
      return this;
    }

    /** Width of every ring, pixels, the centre included. */
    public Builder sigma(double value) {
      sigma = List.of(value);
      return this;
    }

    /** Width of each ring, pixels. */
    public Builder sigmas(double... values) {
      if (values.length == 0) {
        throw new IllegalArgumentException(
            "Invalid sigmas: none (leave them out for the default ones)");
      }
      sigma = new ArrayList<>(DoubleStream.of(values).boxed().toList());
      return this;
    }

    /** Highest frequency per ring, as a number: see {@link FrequencyCutoff#of(double)}. */
    public Builder frequenciesCutoff(double value) {
      return frequenciesCutoff(FrequencyCutoff.of(value));
    }

    /** Highest frequency per ring. */
    public Builder frequenciesCutoff(FrequencyCutoff value) {
      frequenciesCutoff = value;
      return this;
    }

    /** How many group orders a frequency may be away from the lowest one. */
    public Builder maximumOffset(int value) {
      maximumOffset = value;
      return this;
    }

    /** Keeps only the elements that the filter accepts. */
    public Builder basisFilter(BasisFilter value) {
      basisFilter = value;
      return this;
    }

    /** The options; the log says so if a ring is unusual or useless. */
    public KernelOptions build() {
      KernelOptions options = create();
      double[] radii = SamplingPlan.rings(options);
      if (SamplingPlan.isThroughCorners(options)) {
        log.info(
            "A 2 x 2 kernel has no pixel at its centre: using one ring through its four pixels,"
                + " rings={}",
            radii);
      }
      double[] cutoffs = SamplingPlan.cutoffs(options, radii);
      for (int i = 0; i < radii.length; i++) {
        if (cutoffs[i] < 0) {
          log.warn(
              "Ring {} of a {} x {} kernel has no basis, as its highest frequency would be {}:"
                  + " raise the frequency cutoff, or leave it out",
              radii[i],
              kernelSize,
              kernelSize,
              cutoffs[i]);
        }
      }
      return options;
    }

    KernelOptions create() {
      boolean inner = rings == null && undilated && dilation > 1 && kernelSize != 2;
      return new KernelOptions(
          kernelSize,
          dilation,
          inner
              ? DoubleStream.of(SamplingPlan.rings((kernelSize + 1) / 2, 1)).boxed().toList()
              : rings,
          sigma,
          frequenciesCutoff,
          maximumOffset,
          basisFilter);
    }
  }
}
