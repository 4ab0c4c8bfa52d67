package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.e2spark.nn.convolution.factorised.Choice.Kind;

/**
 * The choices a layer has for images of one size, and what each costs in multiplications.
 *
 * @param plan what multiplies what
 * @param window how kernels move
 * @param spatialRank number of scalar filters of {@link SpatialForm}; 0 where it does not apply
 * @param groups of the convolution
 */
record Candidates(MixingPlan plan, KernelWindow window, int spatialRank, int groups) {

  /** Constants of more numbers than this, 64 MiB, are not worth their memory. */
  private static final long LARGEST_TABLES = 16L << 20;

  /** A form must save at least this share of the dense multiplications to be tried. */
  private static final double WORTHWHILE = 0.8;

  /** Numbers of the largest intermediate result that stay near the processor's second cache. */
  private static final long CACHED = 1L << 19;

  /** Multiplications an image of the dense convolution. */
  long dense() {
    return (long) plan.in().type().size()
        / groups
        * plan.out().type().size()
        * window.kernelSize()
        * window.kernelSize()
        * window.applications();
  }

  /** The kinds that apply, cheapest first. */
  List<Kind> kinds() {
    return Stream.of(Kind.SPATIAL, Kind.TOEPLITZ, Kind.FOLDED, Kind.FREQUENCY)
        .filter(this::applies)
        .sorted(Comparator.comparingLong(this::cost))
        .toList();
  }

  /** The kinds that apply and promise to pay. */
  List<Kind> promising() {
    return kinds().stream().filter(kind -> cost(kind) < WORTHWHILE * dense()).toList();
  }

  private boolean applies(Kind kind) {
    return switch (kind) {
      case DENSE -> true;
      case SPATIAL -> spatialRank > 0;
      case TOEPLITZ -> tables(1) <= LARGEST_TABLES;
      case FOLDED ->
          tables(Parity.CLASSES) <= LARGEST_TABLES && ToeplitzTables.canFold(plan, window);
      case FREQUENCY -> FrequencyTables.applies(plan);
    };
  }

  private long tables(int labels) {
    long sum = 0;
    for (MixingPlan.Target target : plan.reached()) {
      for (EquivariantMap map : target.maps()) {
        sum += (long) map.in().size() * map.out().size();
      }
    }
    return sum * window.inputPixels() * window.outputPixels() / labels;
  }

  /** Multiplications an image. */
  long cost(Kind kind) {
    long pixels = window.outputPixels();
    return switch (kind) {
      case DENSE -> dense();
      case SPATIAL ->
          pixels * spatialRank * plan.in().type().size() * plan.out().type().size()
              + pixels * spatialRank * plan.in().type().size() * window.kernelSize();
      case TOEPLITZ -> projections(1) + mixing(pixels) + fibres();
      case FOLDED ->
          projections(Parity.CLASSES)
              + mixing(pixels)
              + fibres()
              + (long) plan.in().type().size() * square(window.inputPixels())
              + (long) plan.out().type().size() * square(pixels);
      case FREQUENCY -> frequency();
    };
  }

  private long projections(int labels) {
    long sum = 0;
    for (MixingPlan.Target target : plan.reached()) {
      for (EquivariantMap map : target.maps()) {
        sum += (long) plan.in().copies(map.in()) * map.in().size() * map.out().size();
      }
    }
    return sum * window.inputPixels() * window.outputPixels() / labels;
  }

  private long mixing(long pixels) {
    return plan.reached().stream()
        .mapToLong(t -> (long) t.rows() * t.columns() * t.irrep().size() * pixels)
        .sum();
  }

  private long fibres() {
    return sizes(plan.in()) * window.inputPixels() + 2 * sizes(plan.out()) * window.outputPixels();
  }

  private static long sizes(FieldIrreps fields) {
    return fields.parts().stream()
        .mapToLong(part -> square(part.representation().size()) * part.fields().size())
        .sum();
  }

  private long frequency() {
    var tables = new FrequencyTables(plan, window);
    long frequencies = tables.frequencies();
    long columns = plan.reached().stream().mapToLong(MixingPlan.Target::columns).sum();
    long mixing =
        plan.reached().stream().mapToLong(t -> 2L * t.rows() * t.columns() * frequencies).sum();
    long span = tables.period().height() + tables.period().width();
    long images = plan.in().type().size() + plan.out().type().size();
    return mixing + 8 * columns * frequencies + 4 * images * frequencies * span + fibres();
  }

  private static long square(long value) {
    return value * value;
  }

  /** The numbers of images at a time to try for a kind, best guess first. */
  List<Integer> chunks(Kind kind, int batch) {
    int columns = plan.reached().stream().mapToInt(MixingPlan.Target::columns).max().orElse(1);
    long image =
        switch (kind) {
          case SPATIAL -> (long) spatialRank * plan.in().type().size() * window.outputPixels();
          case FREQUENCY -> 2L * columns * new FrequencyTables(plan, window).frequencies();
          case FOLDED -> (long) columns * window.outputPixels() / 2;
          default -> 2L * columns * window.outputPixels();
        };
    int guess = 1;
    while (2 * guess <= batch && 2 * guess * image <= CACHED) {
      guess *= 2;
    }
    List<Integer> chunks = new ArrayList<>(List.of(guess));
    if (2 * guess <= batch) {
      chunks.add(2 * guess);
    }
    return chunks;
  }
}
