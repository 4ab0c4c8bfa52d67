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
      var rows = IrrepRows.of(block.basis());
      int outputs = block.outFields().length;
      int inputs = block.inFields().length;
      int size = block.basis().out().size();
      int width = block.basis().in().size() * block.basis().points();
      String w = name + "w";
      String t = name + "t";
      put(w, "torch.narrow(weights, 0, %d, %d)", offset, block.size());
      put(w, "torch.t(torch.reshape(%s, [%d, %d]))", w, outputs * inputs, rows.dimension());
      if (!rows.isPlain()) {
        put(
            w,
            "torch.index_select(%s, 0, %s)",
            w,
            constant(name + "g", maker.indices(rows.weights())));
      }
      put(w, "torch.reshape(%s, [%d, %d, %d])", w, size, rows.depth(), outputs * inputs);
      put(
          t,
          "torch.bmm(torch.transpose(%s, 1, 2), %s)",
          w,
          constant(name + "s", maker.floats(rows.samples(), rows.shape())));
      put(
          t,
          "torch.transpose(torch.reshape(%s, [%d, %d, %d]), 0, 1)",
          t,
          size,
          outputs,
          inputs * width);
      if (!isIdentity(block.basis().out())) {
        put(
            t,
            "torch.bmm(torch.expand(%s, [%d, %d, %d]), %s)",
            constant(name + "q", matrix(block.basis().out().changeOfBasis())),
            outputs,
            size,
            size,
            t);
      }
      put(
          name,
          "torch.reshape(%s, [%d, %d, %d])",
          t,
          outputs * size,
          inputs * block.basis().in().size(),
          block.basis().points());
      return name;
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
}
