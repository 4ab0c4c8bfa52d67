package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.e2spark.group.Irrep;
import org.e2spark.init.WeightBlock;
import org.e2spark.kernel.IrrepBlock;
import org.e2spark.text.Text;

/**
 * What multiplies what in a steerable convolution taken apart by irreps: {@code y_m = U_0 + J U_1}
 * with {@code (U_0, U_1) = W_m z} and {@code z_e = u_e * x}, for every irrep m of the output.
 *
 * <p>By Schur's lemma every basis kernel into m is one of a few equivariant maps {@code u_e}, or
 * {@code J u_e}, times a number; so the mixing matrices {@code W_m} are the layer's weights in
 * another order, each once, scaled.
 *
 * @param in the input
 * @param out the output
 * @param targets one for each irrep of the output
 * @param entries where the weights stand in the mixing matrices
 */
record MixingPlan(FieldIrreps in, FieldIrreps out, List<Target> targets, MixingEntries entries) {

  /**
   * An irrep of the output and what reaches it.
   *
   * @param irrep m
   * @param degrees 2 if some kernels are {@code J u}, else 1
   * @param maps the equivariant maps {@code u_e}, input irrep by input irrep
   * @param copies of the irrep in the output
   * @param columns of the mixing matrix: (maps, copies of the map's input irrep)
   * @param firstEntry where the mixing matrix {@code W_m} of (degrees, copies) rows begins
   */
  record Target(
      Irrep irrep,
      int degrees,
      List<EquivariantMap> maps,
      int copies,
      int columns,
      int firstEntry) {

    /** Rows of the mixing matrix. */
    int rows() {
      return degrees * copies;
    }

    /** The mixing matrix, in a program whose {@code array} holds those of all targets. */
    String mixing(String array) {
      return Text.format(
          "torch.reshape(torch.narrow(%s, 0, %d, %d), [%d, %d])",
          array, firstEntry, rows() * columns, rows(), columns);
    }
  }

  /** A basis kernel between two irreps at one place of their representations. */
  private record Found(
      WeightBlock block,
      int first,
      int outCopy,
      int inCopy,
      int map,
      EquivariantMap.Multiple multiple) {}

  /** Derives the plan from a layer's weights. */
  static MixingPlan of(MixingEntries.Places places, List<WeightBlock> blocks) {
    return new Derivation(places).plan(blocks);
  }

  /** The targets that some kernel reaches. */
  List<Target> reached() {
    return targets.stream().filter(target -> target.columns() > 0).toList();
  }

  private static final class Derivation {

    private final MixingEntries.Places places;
    private final FieldIrreps in;
    private final FieldIrreps out;
    private final Map<Irrep, List<EquivariantMap>> maps = new LinkedHashMap<>();
    private final Map<Irrep, List<Found>> kernels = new LinkedHashMap<>();

    Derivation(MixingEntries.Places places) {
      this.places = places;
      this.in = places.in();
      this.out = places.out();
      for (Irrep irrep : out.irreps()) {
        maps.put(irrep, new ArrayList<>());
        kernels.put(irrep, new ArrayList<>());
      }
    }

    MixingPlan plan(List<WeightBlock> blocks) {
      int weights = 0;
      for (WeightBlock weightBlock : blocks) {
        for (IrrepBlock block : weightBlock.basis().blocks()) {
          addAll(weightBlock, weights, block);
        }
        weights += weightBlock.size();
      }
      return arranged(weights);
    }

    private void addAll(WeightBlock weights, int first, IrrepBlock block) {
      // Kernels of a block that are multiples of each other on the grid need a map each: their
      // weights are different ones.
      Set<List<Integer>> taken = new HashSet<>();
      List<EquivariantMap> known = maps.get(block.out());
      for (int element = 0; element < block.elements(); element++) {
        double[] kernel = kernel(block, element);
        EquivariantMap.Multiple multiple = null;
        int map = 0;
        for (; map < known.size() && multiple == null; map++) {
          if (known.get(map).in().equals(block.in())) {
            multiple = known.get(map).multipleOf(kernel);
            if (multiple != null && !taken.add(List.of(map, multiple.turns()))) {
              multiple = null;
            }
          }
        }
        if (multiple == null) {
          known.add(EquivariantMap.of(block.in(), block.out(), block.points(), kernel));
          multiple = new EquivariantMap.Multiple(0, EquivariantMap.norm(kernel));
          map = known.size();
          taken.add(List.of(map - 1, 0));
        }
        for (IrrepBlock.Placement placement : block.placements()) {
          place(weights, first + placement.weights()[element], block, placement, map - 1, multiple);
        }
      }
    }

    private void place(
        WeightBlock weights,
        int first,
        IrrepBlock block,
        IrrepBlock.Placement placement,
        int map,
        EquivariantMap.Multiple multiple) {
      FieldIrreps.Part source = in.partOf(weights.inFields()[0]);
      FieldIrreps.Part target = out.partOf(weights.outFields()[0]);
      int inCopy =
          in.firstCopy(block.in(), source)
              + source.copyAt(placement.inPosition()) * source.fields().size();
      int outCopy =
          out.firstCopy(block.out(), target)
              + target.copyAt(placement.outPosition()) * target.fields().size();
      kernels.get(block.out()).add(new Found(weights, first, outCopy, inCopy, map, multiple));
    }

    private static double[] kernel(IrrepBlock block, int element) {
      int length = block.out().size() * block.in().size() * block.points();
      return Arrays.copyOfRange(block.samples(), element * length, (element + 1) * length);
    }

    private MixingPlan arranged(int weights) {
      List<Target> targets = new ArrayList<>();
      List<MixingEntries.Kernel> placed = new ArrayList<>();
      int first = 0;
      for (Irrep irrep : out.irreps()) {
        List<EquivariantMap> found = maps.get(irrep);
        int[] order = orderBySource(found);
        int[] column = new int[found.size()];
        int columns = 0;
        for (int map : order) {
          column[map] = columns;
          columns += in.copies(found.get(map).in());
        }
        int degrees =
            1
                + kernels.get(irrep).stream()
                    .mapToInt(kernel -> kernel.multiple().turns())
                    .max()
                    .orElse(0);
        int copies = out.copies(irrep);
        for (Found kernel : kernels.get(irrep)) {
          int row = kernel.multiple().turns() * copies + kernel.outCopy();
          int entry = first + row * columns + column[kernel.map()] + kernel.inCopy();
          placed.add(
              new MixingEntries.Kernel(
                  kernel.block(), kernel.first(), entry, columns, kernel.multiple().scale()));
        }
        List<EquivariantMap> ordered = Arrays.stream(order).mapToObj(found::get).toList();
        targets.add(new Target(irrep, degrees, ordered, copies, columns, first));
        first += degrees * copies * columns;
      }
      return new MixingPlan(in, out, targets, new MixingEntries(placed, places, weights, first));
    }

    /** Maps from one input irrep stand together, and among them those of equal parity. */
    private int[] orderBySource(List<EquivariantMap> found) {
      Integer[] order = new Integer[found.size()];
      Arrays.setAll(order, i -> i);
      Arrays.sort(
          order,
          Comparator.<Integer>comparingInt(i -> in.irreps().indexOf(found.get(i).in()))
              .thenComparingInt(i -> Parity.classOf(found.get(i))));
      return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }
  }
}
