package org.e2spark.nn.convolution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.e2spark.init.WeightBlock;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.torch.Expression;
import org.e2spark.torch.TorchFunction;

/**
 * Writes the TorchScript programs that compute a layer's filter from its weights, and the gradient
 * at the weights from that at the filter.
 *
 * <p>Inside a program channels lie representation by representation; its first or last step brings
 * them into the order of the field types where that is another one.
 */
final class ExpansionProgram {

  /** What a program does. */
  enum Form {
    /** {@code (weights, constants)} to a new filter, differentiable. */
    RECORDED,
    /** {@code (weights, filter, constants)} writes the filter. */
    IN_PLACE,
    /** {@code (weights, gradient, constants)} to the gradient at the weights. */
    TRANSPOSE
  }

  /** How much is computed at a time. */
  enum Chunks {
    /** As many output fields as stay in the processor's cache. */
    CACHED,
    /** All output fields. */
    WHOLE
  }

  private static final Expression WEIGHTS = new Expression("weights");
  private static final Expression SORTED = new Expression("sorted");

  private final int kernelSize;
  private final ChannelSort outputs;
  private final ChannelSort inputs;
  private final Map<List<String>, ExpansionBlock> blocks = new LinkedHashMap<>();

  ExpansionProgram(KernelLayout layout) {
    this.kernelSize = layout.kernelSize();
    this.outputs = ChannelSort.of("rows", layout.out());
    this.inputs = ChannelSort.of("columns", layout.in());
    int weight = 0;
    for (WeightBlock weights : layout.blocks()) {
      String in = weights.basis().in().name();
      String out = weights.basis().out().name();
      blocks.put(
          List.of(in, out),
          new ExpansionBlock(
              "f" + blocks.size(),
              IrrepRows.of(weights.basis()),
              weights.outFields().length,
              weights.basis().out().size(),
              weights.inFields().length,
              outputs.first(out),
              inputs.first(in) * points(),
              weight));
      weight += weights.size();
    }
  }

  /** The constants that every program takes, in order. */
  List<Constant> constants(EquivariantModule owner) {
    List<Constant> constants = new ArrayList<>();
    blocks.values().forEach(block -> constants.addAll(block.constants(owner)));
    constants.addAll(outputs.constants(owner));
    constants.addAll(inputs.constants(owner));
    return constants;
  }

  TorchFunction function(Form form, Chunks chunks) {
    return switch (form) {
      case RECORDED -> recorded(chunks);
      case IN_PLACE -> inPlace(chunks);
      case TRANSPOSE -> transpose(chunks);
    };
  }

  private TorchFunction recorded(Chunks chunks) {
    List<String> lines = new ArrayList<>();
    for (ExpansionBlock block : blocks.values()) {
      String parts = block.name() + "f";
      lines.addAll(block.slotsOfWeights());
      lines.add(parts + " = annotate(List[Tensor], [])");
      pieces(
          block,
          chunks,
          lines,
          block::beforeNew,
          (from, fields) -> {
            List<String> piece = block.newFilter(from, fields);
            piece.add("_0 = torch.append(" + parts + ", " + block.name() + "p)");
            return piece;
          });
      lines.add(
          new Expression("torch.cat(" + parts + ", 0)")
              .reshape(block.outFields() * block.outSize(), block.columns())
              .as(new Expression(block.name())));
    }
    List<Expression> rows = new ArrayList<>();
    for (String output : outputs.names()) {
      List<Expression> row = inputs.names().stream().map(input -> cell(input, output)).toList();
      rows.add(Expression.concatenation(row, 1));
    }
    Expression filter = placed(Expression.concatenation(rows, 0));
    return TorchFunction.of(parameters("weights"), lines, filter.code());
  }

  private Expression cell(String input, String output) {
    ExpansionBlock block = blocks.get(List.of(input, output));
    return block != null
        ? new Expression(block.name())
        : WEIGHTS.newZeros(outputs.channels(output), inputs.channels(input) * points());
  }

  private TorchFunction inPlace(Chunks chunks) {
    boolean sorted = outputs.isSorted() && inputs.isSorted();
    List<String> lines = new ArrayList<>();
    Expression filter = new Expression("filter");
    lines.add((sorted ? filter.reshape(flat()) : WEIGHTS.newZeros(flat())).as(SORTED));
    for (ExpansionBlock block : blocks.values()) {
      lines.addAll(block.slotsOfWeights());
      lines.add(block.part(SORTED));
      pieces(block, chunks, lines, block::beforeWriting, block::writtenFilter);
    }
    if (!sorted) {
      lines.add(filter.overwrite(placed(SORTED)));
    }
    return TorchFunction.of(parameters("weights, filter"), lines, "filter");
  }

  private TorchFunction transpose(Chunks chunks) {
    List<String> lines = new ArrayList<>();
    Expression gradient = new Expression("gradient").reshape(cube());
    lines.add(inputs.sorted(outputs.sorted(gradient, 0), 1).reshape(flat()).as(SORTED));
    lines.add("result = torch.empty_like(weights)");
    for (ExpansionBlock block : blocks.values()) {
      lines.addAll(block.slotsForGradients());
      lines.add(block.part(SORTED));
      pieces(block, chunks, lines, block::beforeTranspose, block::transpose);
      lines.add(block.gradientsOfSlots());
    }
    return TorchFunction.of(parameters("weights, gradient"), lines, "result");
  }

  /**
   * Adds the statements for all output fields, some at a time.
   *
   * @param before what a number of fields needs once
   * @param piece what so many fields from one on need
   */
  private static void pieces(
      ExpansionBlock block,
      Chunks chunks,
      List<String> lines,
      IntFunction<List<String>> before,
      BiFunction<String, Integer, List<String>> piece) {
    int fields = chunks == Chunks.WHOLE ? block.outFields() : block.cachedFields();
    int rest = block.outFields() % fields;
    lines.addAll(before.apply(fields));
    lines.add("for i in range(" + block.outFields() / fields + "):");
    piece.apply("torch.mul(i, " + fields + ")", fields).forEach(line -> lines.add("  " + line));
    if (rest > 0) {
      lines.addAll(before.apply(rest));
      lines.addAll(piece.apply(Integer.toString(block.outFields() - rest), rest));
    }
  }

  private String parameters(String variables) {
    var names = new StringJoiner(", ").add(variables);
    blocks.values().forEach(block -> block.constantNames().forEach(names::add));
    outputs.constantNames().forEach(names::add);
    inputs.constantNames().forEach(names::add);
    return names.toString();
  }

  private int points() {
    return kernelSize * kernelSize;
  }

  private int[] cube() {
    return new int[] {outputs.size(), inputs.size(), points()};
  }

  private int[] flat() {
    return new int[] {outputs.size(), inputs.size() * points()};
  }

  /** A filter (channels, columns) in the types' order: (outputs, inputs, k, k). */
  private Expression placed(Expression filter) {
    return inputs
        .placed(outputs.placed(filter.reshape(cube()), 0), 1)
        .reshape(outputs.size(), inputs.size(), kernelSize, kernelSize);
  }
}
