package org.e2spark.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.ejml.simple.SimpleMatrix;

/**
 * Collects kernels between irreps in the order of the weights, drops those that vanish on the grid,
 * normalises the rest and groups equal ones into blocks.
 *
 * <p>Used by the samplers of kernels and of differential operators.
 */
public final class BasisAssembly {

  /** Kernels of a smaller norm are rounding. */
  private static final double NEGLIGIBLE = 1e-6;

  /** Kernels between one irrep of the input and one of the output, so far. */
  private static final class Place {
    private final int inPosition;
    private final int outPosition;
    private final List<Integer> slots = new ArrayList<>();
    private final List<Integer> weights = new ArrayList<>();
    private final List<double[]> samples = new ArrayList<>();

    Place(int inPosition, int outPosition) {
      this.inPosition = inPosition;
      this.outPosition = outPosition;
    }
  }

  private record BlockKey(
      Irrep in, Irrep out, List<Integer> slots, int inPosition, int outPosition) {}

  private final Representation in;
  private final Representation out;
  private final int points;
  private final boolean shared;
  private final int[] inOffsets;
  private final int[] outOffsets;
  private final SimpleMatrix[] inGrams;
  private final SimpleMatrix[] outGrams;
  private final List<BasisElement> elements = new ArrayList<>();
  private final Map<List<Integer>, Place> places = new LinkedHashMap<>();

  /** Starts an empty basis of kernels sampled at that many points. */
  public BasisAssembly(Representation in, Representation out, int points) {
    this.in = in;
    this.out = out;
    this.points = points;
    inOffsets = offsets(in);
    outOffsets = offsets(out);
    shared = in.isOrthonormal() && out.isOrthonormal();
    // An orthonormal change of basis leaves norms alone; any other enters through the Gram matrices
    // of its columns.
    inGrams = shared ? null : grams(in, in.changeOfBasisInverse().transpose(), inOffsets);
    outGrams = shared ? null : grams(out, out.changeOfBasis(), outOffsets);
  }

  /**
   * Adds a kernel, unless it vanishes.
   *
   * @param slot distinguishes the kernel from the others of its pair of irreps; equal slots of a
   *     pair have equal samples
   * @param samples (out size, in size, points) of the irreps, row-major
   */
  public void add(BasisElement element, int slot, double[] samples) {
    int i = element.inPosition();
    int o = element.outPosition();
    double norm = norm(element, samples);
    if (!(norm >= NEGLIGIBLE)) {
      return;
    }
    Place place = places.computeIfAbsent(List.of(i, o), key -> new Place(i, o));
    place.slots.add(slot);
    place.weights.add(elements.size());
    place.samples.add(normalized(samples, norm));
    elements.add(element);
  }

  /** Whether every kernel so far vanished. */
  public boolean isEmpty() {
    return elements.isEmpty();
  }

  /** The basis. */
  public SampledBasis build() {
    Map<BlockKey, List<Place>> groups = new LinkedHashMap<>();
    for (Place place : places.values()) {
      int unshared = shared ? -1 : place.inPosition;
      BlockKey key =
          new BlockKey(
              in.irreps().get(place.inPosition),
              out.irreps().get(place.outPosition),
              place.slots,
              unshared,
              shared ? -1 : place.outPosition);
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(place);
    }
    List<IrrepBlock> blocks = new ArrayList<>();
    groups.forEach((key, members) -> blocks.add(block(key, members)));
    return new SampledBasis(in, out, points, elements, blocks);
  }

  private IrrepBlock block(BlockKey key, List<Place> members) {
    List<double[]> kernels = members.get(0).samples;
    int length = key.out().size() * key.in().size() * points;
    double[] samples = new double[kernels.size() * length];
    for (int e = 0; e < kernels.size(); e++) {
      System.arraycopy(kernels.get(e), 0, samples, e * length, length);
    }
    List<IrrepBlock.Placement> placements =
        members.stream()
            .map(
                place ->
                    new IrrepBlock.Placement(
                        place.inPosition,
                        inOffsets[place.inPosition],
                        place.outPosition,
                        outOffsets[place.outPosition],
                        place.weights.stream().mapToInt(Integer::intValue).toArray()))
            .toList();
    return new IrrepBlock(key.in(), key.out(), kernels.size(), points, samples, placements);
  }

  /**
   * Norm of the kernel in the channels of the representations, per dimension of the output irrep.
   */
  private double norm(BasisElement element, double[] samples) {
    double sum = 0;
    if (shared) {
      for (double value : samples) {
        sum += value * value;
      }
    } else {
      SimpleMatrix left = outGrams[element.outPosition()];
      SimpleMatrix right = inGrams[element.inPosition()];
      int rows = left.getNumRows();
      int columns = right.getNumRows();
      for (int entry = 0; entry < rows * rows * columns * columns; entry++) {
        int a = entry / (rows * columns * columns);
        int b = entry / (columns * columns) % rows;
        int c = entry / columns % columns;
        int d = entry % columns;
        double weight = left.get(a, b) * right.get(c, d);
        for (int p = 0; p < points; p++) {
          sum +=
              weight
                  * samples[(a * columns + c) * points + p]
                  * samples[(b * columns + d) * points + p];
        }
      }
    }
    return Math.sqrt(sum / element.outIrrep().size());
  }

  private static double[] normalized(double[] samples, double norm) {
    double[] result = new double[samples.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = samples[i] / norm;
    }
    return result;
  }

  private static int[] offsets(Representation representation) {
    int[] offsets = new int[representation.irreps().size()];
    for (int i = 1; i < offsets.length; i++) {
      offsets[i] = offsets[i - 1] + representation.irreps().get(i - 1).size();
    }
    return offsets;
  }

  private static SimpleMatrix[] grams(
      Representation representation, SimpleMatrix columns, int[] offsets) {
    SimpleMatrix[] grams = new SimpleMatrix[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      SimpleMatrix part =
          columns.cols(offsets[i], offsets[i] + representation.irreps().get(i).size());
      grams[i] = part.transpose().mult(part);
    }
    return grams;
  }
}
