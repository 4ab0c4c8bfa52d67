package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.e2spark.group.Representation;
import org.e2spark.init.WeightBlock;
import org.e2spark.kernel.IrrepBlock;
import org.e2spark.kernel.SampledBasis;
import org.e2spark.torch.TorchFunction;
import org.ejml.simple.SimpleMatrix;

/**
 * Expands filters in irrep space: every entry of the kernel between two fields' irreps is a mixture
 * of the few basis elements of its irrep pair, one batched matrix product for all entries; then
 * {@code Q_out · K · Q_in^-1}, two products with small matrices (a Fourier transform over the
 * group).
 *
 * <p>Keeps (entries, elements an entry, points) numbers a pair of representations, where a dense
 * basis would need (weights, entries, points). The whole layer is one TorchScript function.
 */
final class IrrepSpaceExpansion implements FilterExpansion {

  /** Makes the constants that this expansion needs, as a module's own. */
  interface Constants {
    Constant floats(double[] values, Shape shape);

    Constant indices(long... values);
  }

  private final TorchFunction function;
  private final List<Constant> constants;

  private IrrepSpaceExpansion(TorchFunction function, List<Constant> constants) {
    this.function = function;
    this.constants = constants;
  }

  @Override
  public NDArray expand(NDManager manager, NDArray weights) {
    NDArray[] arguments = new NDArray[constants.size() + 1];
    arguments[0] = weights;
    for (int i = 0; i < constants.size(); i++) {
      arguments[i + 1] = constants.get(i).at(weights);
    }
    return function.apply(manager, arguments);
  }

  /**
   * @param kernelSize k
   */
  static IrrepSpaceExpansion of(KernelLayout layout, int kernelSize, Constants maker) {
    return new Writer(layout, kernelSize, maker).write();
  }

  /** Writes the function of one layer. */
  private static final class Writer {

    private final KernelLayout layout;
    private final int kernelSize;
    private final Constants maker;
    private final StringJoiner parameters = new StringJoiner(", ").add("weights");
    private final List<String> statements = new ArrayList<>();
    private final List<Constant> constants = new ArrayList<>();

    Writer(KernelLayout layout, int kernelSize, Constants maker) {
      this.layout = layout;
      this.kernelSize = kernelSize;
      this.maker = maker;
    }

    IrrepSpaceExpansion write() {
      Map<List<String>, String> filters = new LinkedHashMap<>();
      int offset = 0;
      for (WeightBlock block : layout.blocks()) {
        List<String> pair = List.of(block.basis().in().name(), block.basis().out().name());
        filters.put(pair, block("f" + filters.size(), block, offset));
        offset += block.size();
      }
      String filter = assemble(filters);
      String result =
          say(
              "torch.reshape(%s, [%d, %d, %d, %d])",
              filter, layout.out().size(), layout.in().size(), kernelSize, kernelSize);
      return new IrrepSpaceExpansion(
          TorchFunction.of(parameters.toString(), statements, result), constants);
    }

    /** The filter of one pair of representations: (output channels, input channels, points). */
    private String block(String name, WeightBlock block, int offset) {
      SampledBasis basis = block.basis();
      int rows = basis.out().size();
      int columns = basis.in().size();
      int fields = block.outFields().length * block.inFields().length;
      Entries entries = Entries.of(basis);
      String w = name + "w";
      put(w, "torch.narrow(weights, 0, %d, %d)", offset, block.size());
      put(w, "torch.reshape(%s, [%d, %d])", w, fields, basis.dimension());
      String k = name + "k";
      String samples = constant(name + "s", maker.floats(entries.samples, entries.shape()));
      if (rows * columns == 1) {
        put(k, "torch.matmul(%s, torch.select(%s, 0, 0))", w, samples);
      } else {
        String gather = constant(name + "g", maker.indices(entries.weights));
        put(w, "torch.index_select(torch.t(%s), 0, %s)", w, gather);
        put(w, "torch.reshape(%s, [%d, %d, %d])", w, rows * columns, entries.depth, fields);
        put(k, "torch.bmm(torch.transpose(%s, 1, 2), %s)", w, samples);
        changeBasis(name, k, basis, fields);
      }
      put(
          k,
          "torch.reshape(%s, [%d, %d, %d, %d, %d])",
          k,
          rows,
          columns,
          block.outFields().length,
          block.inFields().length,
          basis.points());
      put(k, "torch.permute(%s, [2, 0, 3, 1, 4])", k);
      put(
          name,
          "torch.reshape(%s, [%d, %d, %d])",
          k,
          block.outFields().length * rows,
          block.inFields().length * columns,
          basis.points());
      return name;
    }

    private void changeBasis(String name, String k, SampledBasis basis, int fields) {
      int rows = basis.out().size();
      int columns = basis.in().size();
      int inner = fields * basis.points();
      if (!isIdentity(basis.out())) {
        String q = constant(name + "o", matrix(basis.out().changeOfBasis()));
        put(k, "torch.matmul(%s, torch.reshape(%s, [%d, %d]))", q, k, rows, columns * inner);
      }
      if (!isIdentity(basis.in())) {
        String q = constant(name + "i", matrix(basis.in().changeOfBasisInverse().transpose()));
        put(k, "torch.matmul(%s, torch.reshape(%s, [%d, %d, %d]))", q, k, rows, columns, inner);
      }
    }

    /** Puts the blocks side by side, and then the channels in the order of the field types. */
    private String assemble(Map<List<String>, String> filters) {
      List<String> inputs = layout.in().names().stream().distinct().toList();
      List<String> outputs = layout.out().names().stream().distinct().toList();
      StringJoiner rows = new StringJoiner(", ");
      for (String output : outputs) {
        StringJoiner row = new StringJoiner(", ");
        for (String input : inputs) {
          String filter = filters.get(List.of(input, output));
          row.add(
              filter != null
                  ? filter
                  : say(
                      "torch.new_zeros(weights, [%d, %d, %d])",
                      channels(layout.out(), output).length,
                      channels(layout.in(), input).length,
                      kernelSize * kernelSize));
        }
        rows.add(inputs.size() == 1 ? row.toString() : "torch.cat([" + row + "], 1)");
      }
      String filter = outputs.size() == 1 ? rows.toString() : "torch.cat([" + rows + "], 0)";
      filter = ordered(filter, 0, "rows", layout.out(), outputs);
      return ordered(filter, 1, "columns", layout.in(), inputs);
    }

    private String ordered(
        String filter, int axis, String name, FieldType type, List<String> names) {
      long[] placed = names.stream().flatMapToLong(n -> Arrays.stream(channels(type, n))).toArray();
      if (InnerBatchNorm.isIdentity(placed)) {
        return filter;
      }
      String order = constant(name, maker.indices(InnerBatchNorm.inverse(placed)));
      return say("torch.index_select(%s, %d, %s)", filter, axis, order);
    }

    private static long[] channels(FieldType type, String name) {
      return type.channels(FieldType.ints(type.fieldsByLabel(type.names()).get(name)));
    }

    private String constant(String name, Constant constant) {
      parameters.add(name);
      constants.add(constant);
      return name;
    }

    private void put(String variable, String format, Object... arguments) {
      statements.add(variable + " = " + say(format, arguments));
    }

    private static String say(String format, Object... arguments) {
      return String.format(Locale.ROOT, format, arguments);
    }

    private Constant matrix(SimpleMatrix matrix) {
      return maker.floats(
          matrix.getDDRM().getData(), new Shape(matrix.getNumRows(), matrix.getNumCols()));
    }

    private static boolean isIdentity(Representation representation) {
      SimpleMatrix q = representation.changeOfBasis();
      return q.isIdentical(SimpleMatrix.identity(q.getNumRows()), 1e-12);
    }
  }

  /**
   * The kernel in irrep space, entry by entry: entry (a, b) is the sum over e of weight {@code
   * weights[(a, b), e]} times {@code samples[(a, b), e, :]}; entries with fewer elements than
   * {@code depth} are filled up by zero samples.
   */
  private static final class Entries {

    final int entries;
    final int depth;
    final int points;
    final long[] weights;
    final double[] samples;

    private Entries(int entries, int depth, int points) {
      this.entries = entries;
      this.depth = depth;
      this.points = points;
      this.weights = new long[entries * depth];
      this.samples = new double[entries * depth * points];
    }

    Shape shape() {
      return new Shape(entries, depth, points);
    }

    static Entries of(SampledBasis basis) {
      int columns = basis.in().size();
      int[] filled = new int[basis.out().size() * columns];
      forEachEntry(basis, (entry, block, element, a, b, weight) -> filled[entry]++);
      int depth = Arrays.stream(filled).max().orElseThrow();
      var entries = new Entries(filled.length, depth, basis.points());
      Arrays.fill(filled, 0);
      forEachEntry(
          basis,
          (entry, block, element, a, b, weight) -> {
            // With a single entry the weights themselves are the gathered weights.
            int place = filled.length == 1 ? weight : filled[entry]++;
            entries.weights[entry * depth + place] = weight;
            int from =
                ((element * block.out().size() + a) * block.in().size() + b) * entries.points;
            int to = (entry * depth + place) * entries.points;
            for (int p = 0; p < entries.points; p++) {
              entries.samples[to + p] = block.samples()[from + p];
            }
          });
      return entries;
    }

    /** Sees one number of one basis element at one entry of the kernel. */
    private interface Visitor {
      void visit(int entry, IrrepBlock block, int element, int a, int b, int weight);
    }

    private static void forEachEntry(SampledBasis basis, Visitor visitor) {
      int columns = basis.in().size();
      for (IrrepBlock block : basis.blocks()) {
        for (IrrepBlock.Placement placement : block.placements()) {
          for (int e = 0; e < block.elements(); e++) {
            for (int a = 0; a < block.out().size(); a++) {
              for (int b = 0; b < block.in().size(); b++) {
                int entry = (placement.outOffset() + a) * columns + placement.inOffset() + b;
                visitor.visit(entry, block, e, a, b, placement.weights()[e]);
              }
            }
          }
        }
      }
    }
  }
}
