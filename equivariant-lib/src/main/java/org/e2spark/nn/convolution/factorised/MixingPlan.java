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
import org.e2spark.nn.FieldType;

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
 * @param weightOfEntry for each entry of all mixing matrices in order, the weight; entries that
 *     stay zero name weight 0
 * @param scaleOfEntry what the weight is multiplied by
 * @param entryOfWeight for each weight, its entry
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record MixingPlan(
    FieldIrreps in,
    FieldIrreps out,
    List<Target> targets,
    long[] weightOfEntry,
    double[] scaleOfEntry,
    long[] entryOfWeight) {

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
  }

  /** One end of a convolution. */
  enum Side {
    INPUT,
    OUTPUT
  }

  /** A weight's kernel as a multiple of a map. */
  private record Entry(int weight, int outCopy, int inCopy, int map, EquivariantMap.Multiple of) {}

  /**
   * Derives the plan from a layer's weights.
   *
   * @param groups equal groups of fields that are convolved apart from each other
   * @param shared the side of which weights name fields of the first group for those of every
   *     group; on the other side they name all fields
   */
  static MixingPlan of(
      FieldType in, FieldType out, int groups, Side shared, List<WeightBlock> blocks) {
    return new Derivation(FieldIrreps.of(in), FieldIrreps.of(out), groups, shared).plan(blocks);
  }

  /** The targets that some kernel reaches. */
  List<Target> reached() {
    return targets.stream().filter(target -> target.columns() > 0).toList();
  }

  /** Entries of all mixing matrices together. */
  int entries() {
    return weightOfEntry.length;
  }

  private static final class Derivation {

    private final FieldIrreps in;
    private final FieldIrreps out;
    private final int groups;
    private final Side shared;
    private final Map<Irrep, List<EquivariantMap>> maps = new LinkedHashMap<>();
    private final Map<Irrep, List<Entry>> entries = new LinkedHashMap<>();

    Derivation(FieldIrreps in, FieldIrreps out, int groups, Side shared) {
      this.in = in;
      this.out = out;
      this.groups = groups;
      this.shared = shared;
      for (Irrep irrep : out.irreps()) {
        maps.put(irrep, new ArrayList<>());
        entries.put(irrep, new ArrayList<>());
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
      List<Entry> found = entries.get(block.out());
      int weight = first;
      int inputs = in.type().fields() / groups;
      int outputs = out.type().fields() / groups;
      for (int o : weights.outFields()) {
        for (int i : weights.inFields()) {
          int input = shared == Side.INPUT ? o / outputs * inputs + i : i;
          int output = shared == Side.OUTPUT ? i / inputs * outputs + o : o;
          int row = outCopy + target.fields().indexOf(output);
          int column = inCopy + source.fields().indexOf(input);
          found.add(new Entry(weight, row, column, map, multiple));
          weight += weights.basis().dimension();
        }
      }
    }

    private static double[] kernel(IrrepBlock block, int element) {
      int length = block.out().size() * block.in().size() * block.points();
      return Arrays.copyOfRange(block.samples(), element * length, (element + 1) * length);
    }

    private MixingPlan arranged(int weights) {
      List<Target> targets = new ArrayList<>();
      long[] entryOfWeight = new long[weights];
      double[] scaleOfWeight = new double[weights];
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
            1 + entries.get(irrep).stream().mapToInt(entry -> entry.of().turns()).max().orElse(0);
        int copies = out.copies(irrep);
        for (Entry entry : entries.get(irrep)) {
          int row = entry.of().turns() * copies + entry.outCopy();
          entryOfWeight[entry.weight()] =
              first + row * columns + column[entry.map()] + entry.inCopy();
          scaleOfWeight[entry.weight()] = entry.of().scale();
        }
        List<EquivariantMap> ordered = Arrays.stream(order).mapToObj(found::get).toList();
        targets.add(new Target(irrep, degrees, ordered, copies, columns, first));
        first += degrees * copies * columns;
      }
      long[] weightOfEntry = new long[first];
      double[] scaleOfEntry = new double[first];
      for (int weight = 0; weight < weights; weight++) {
        int entry = (int) entryOfWeight[weight];
        weightOfEntry[entry] = weight;
        scaleOfEntry[entry] = scaleOfWeight[weight];
      }
      return new MixingPlan(in, out, targets, weightOfEntry, scaleOfEntry, entryOfWeight);
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
