package org.e2spark.nn.convolution;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.torch.Expression;

/**
 * The part of a filter between all fields of one input and one output representation, and the
 * TorchScript statements that compute it, or its transpose, some output fields at a time.
 *
 * <p>Variables of block {@code f0}, where a pair is an output field with an input field: {@code
 * f0w} (pairs, slots), the weights in their slots or the gradients there; {@code f0v0}, {@code
 * f0v1}, ... (irreps, pairs, depth), the parts of {@code f0w} that each batch of rows mixes by;
 * {@code f0y} (output fields, channels of each, columns), the part of the filter or of the gradient
 * at it; and, for the output fields that are being computed, {@code f0t0}, {@code f0t1}, ...
 * (irreps, pairs, width), the rows, {@code f0x} (fields, rows, columns), the same field by field,
 * {@code f0m}, what mixes them, {@code f0d0}, ... (irreps, pairs, depth), the gradients at their
 * slots, and {@code f0r0}, ... (irreps, width, depth), what makes these of rows.
 *
 * @param name prefix of its variables and constants
 * @param rows its kernels
 * @param outFields number of output fields
 * @param outSize channels of each
 * @param inFields number of input fields
 * @param firstRow its first output channel, where channels lie representation by representation
 * @param firstColumn its first column, input channels times points
 * @param firstWeight its first weight
 */
record ExpansionBlock(
    String name,
    IrrepRows rows,
    int outFields,
    int outSize,
    int inFields,
    int firstRow,
    int firstColumn,
    int firstWeight) {

  private static final Expression WEIGHTS = new Expression("weights");

  /** Numbers of one array of which a core's own cache holds several (512 KiB of floats). */
  private static final int CACHED_NUMBERS = 1 << 17;

  /** How many output fields to compute at a time so that they stay in the cache. */
  int cachedFields() {
    return Math.min(outFields, Math.max(1, CACHED_NUMBERS / (rows.rows() * columns())));
  }

  /** Input channels times points. */
  int columns() {
    return inFields * rows.width();
  }

  /** The names of the constants, in the order of {@link #constants}. */
  List<String> constantNames() {
    List<String> names = new ArrayList<>(List.of(name + "g", name + "u", name + "q"));
    for (int b = 0; b < rows.batches().size(); b++) {
      names.add(name + "s" + b);
    }
    return names;
  }

  List<Constant> constants(EquivariantModule owner) {
    List<Constant> constants = new ArrayList<>();
    constants.add(owner.constant(rows.weightOfSlot()));
    constants.add(owner.constant(rows.slotOfWeight()));
    constants.add(
        owner.constant(rows.mixing().getDDRM().getData(), new Shape(outSize, rows.rows())));
    for (IrrepRows.Batch batch : rows.batches()) {
      constants.add(
          owner.constant(batch.samples(), new Shape(batch.irreps(), batch.depth(), rows.width())));
    }
    return constants;
  }

  /** A variable or constant of the block. */
  private Expression at(String role) {
    return new Expression(name + role);
  }

  /** A variable or constant of one batch of rows. */
  private Expression at(String role, int batch) {
    return at(role + batch);
  }

  private int pairs(int fields) {
    return fields * inFields;
  }

  /** Puts the weights into their slots. */
  List<String> slotsOfWeights() {
    return slots(weights("weights").indexSelect(1, at("g")));
  }

  /** Makes slots for gradients. */
  List<String> slotsForGradients() {
    return slots(WEIGHTS.newEmpty(pairs(outFields), rows.slots()));
  }

  /** Writes the gradients in the slots to those at the weights, in {@code result}. */
  String gradientsOfSlots() {
    return weights("result").overwrite(at("w").indexSelect(1, at("u")));
  }

  /**
   * Names the block's part of a whole filter.
   *
   * @param filter (channels, columns)
   */
  String part(Expression filter) {
    return filter
        .narrow(0, firstRow, outFields * outSize)
        .narrow(1, firstColumn, columns())
        .reshape(outFields, outSize, columns())
        .as(at("y"));
  }

  /** What so many fields need once before {@link #newFilter}. */
  List<String> beforeNew(int fields) {
    return List.of(mixing(fields));
  }

  /** What so many fields need once before {@link #writtenFilter}. */
  List<String> beforeWriting(int fields) {
    List<String> lines = room(fields);
    lines.add(mixing(fields));
    return lines;
  }

  /** What so many fields need once before {@link #transpose}. */
  List<String> beforeTranspose(int fields) {
    List<String> lines = room(fields);
    lines.addAll(mixingBack(fields));
    return lines;
  }

  private List<String> room(int fields) {
    List<String> lines = new ArrayList<>();
    lines.add(WEIGHTS.newEmpty(rows.rows(), fields * columns()).as(at("t")));
    lines.add(byField(at("t"), fields).as(at("x")));
    for (int b = 0; b < rows.batches().size(); b++) {
      IrrepRows.Batch batch = rows.batches().get(b);
      lines.add(
          at("t")
              .narrow(0, batch.firstRow(), batch.irreps())
              .reshape(batch.irreps(), pairs(fields), rows.width())
              .as(at("t", b)));
    }
    return lines;
  }

  private String mixing(int fields) {
    return at("q").expand(fields, outSize, rows.rows()).as(at("m"));
  }

  /** What takes the channels of some output fields back to rows, and rows to slots. */
  private List<String> mixingBack(int fields) {
    List<String> lines = new ArrayList<>();
    lines.add(at("q").transpose(0, 1).expand(fields, rows.rows(), outSize).as(at("m")));
    for (int b = 0; b < rows.batches().size(); b++) {
      IrrepRows.Batch batch = rows.batches().get(b);
      lines.add(at("s", b).transpose(1, 2).contiguous().as(at("r", b)));
      if (batch.row() == 0) {
        lines.add(WEIGHTS.newEmpty(batch.irreps(), pairs(fields), batch.depth()).as(at("d", b)));
      }
    }
    return lines;
  }

  /**
   * Computes the filter of some output fields as a new array, {@code NAMEp}.
   *
   * @param from the first field, an integer expression
   */
  List<String> newFilter(String from, int fields) {
    List<String> lines = new ArrayList<>();
    List<Expression> parts = new ArrayList<>();
    for (int b = 0; b < rows.batches().size(); b++) {
      lines.add(slots(b, from, fields).bmm(at("s", b)).as(at("t", b)));
      parts.add(at("t", b));
    }
    Expression product = byField(Expression.concatenation(parts, 0), fields);
    lines.add(at("m").bmm(product).as(at("p")));
    return lines;
  }

  /**
   * Writes the filter of some output fields.
   *
   * @param from the first field, an integer expression
   */
  List<String> writtenFilter(String from, int fields) {
    List<String> lines = new ArrayList<>();
    for (int b = 0; b < rows.batches().size(); b++) {
      lines.add(slots(b, from, fields).bmmInto(at("t", b), at("s", b)));
    }
    lines.add(at("m").bmmInto(fieldsOf(from, fields), at("x")));
    return lines;
  }

  /**
   * Takes the gradient at the filter of some output fields to the gradient at their slots.
   *
   * @param from the first field, an integer expression
   */
  List<String> transpose(String from, int fields) {
    List<String> lines = new ArrayList<>();
    lines.add(at("m").bmmInto(at("x"), fieldsOf(from, fields)));
    for (int b = 0; b < rows.batches().size(); b++) {
      // Products into contiguous memory are faster than into slots, the copy included.
      int first = b - rows.batches().get(b).row();
      lines.add(
          b == first
              ? at("t", b).bmmInto(at("d", b), at("r", b))
              : at("d", first).addBmm(at("t", b), at("r", b)));
    }
    for (int b = 0; b < rows.batches().size(); b++) {
      if (rows.batches().get(b).row() == 0) {
        lines.add(slots(b, from, fields).overwrite(at("d", b)));
      }
    }
    return lines;
  }

  private List<String> slots(Expression value) {
    List<String> lines = new ArrayList<>(List.of(value.as(at("w"))));
    for (int b = 0; b < rows.batches().size(); b++) {
      IrrepRows.Batch batch = rows.batches().get(b);
      lines.add(
          at("w")
              .narrow(1, batch.firstSlot(), batch.slots())
              .reshape(pairs(outFields), batch.irreps(), batch.depth())
              .transpose(0, 1)
              .as(at("v", b)));
    }
    return lines;
  }

  private Expression slots(int batch, String from, int fields) {
    return at("v", batch).narrow(1, "torch.mul(" + from + ", " + inFields + ")", pairs(fields));
  }

  private Expression fieldsOf(String from, int fields) {
    return at("y").narrow(0, from, fields);
  }

  /** Rows, field by field: (fields, rows, columns). */
  private Expression byField(Expression product, int fields) {
    return product.reshape(rows.rows(), fields, columns()).transpose(0, 1);
  }

  /** The block's part of an array of all weights: (pairs, weights a pair). */
  private Expression weights(String array) {
    int weights = pairs(outFields) * rows.dimension();
    return new Expression(array)
        .narrow(0, firstWeight, weights)
        .reshape(pairs(outFields), rows.dimension());
  }
}
