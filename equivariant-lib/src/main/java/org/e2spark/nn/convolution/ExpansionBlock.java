package org.e2spark.nn.convolution;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.text.Text;

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

  /** Puts the weights into their slots. */
  List<String> slotsOfWeights() {
    return slots(Text.format("torch.index_select(%s, 1, %sg)", weights("weights"), name));
  }

  /** Makes slots for gradients. */
  List<String> slotsForGradients() {
    return slots(
        Text.format("torch.new_empty(weights, [%d, %d])", outFields * inFields, rows.slots()));
  }

  /** Writes the gradients in the slots to those at the weights, in {@code result}. */
  String gradientsOfSlots() {
    return Text.format(
        "_0 = torch.copy_(%s, torch.index_select(%sw, 1, %su))", weights("result"), name, name);
  }

  /**
   * Names the block's part of a whole filter.
   *
   * @param filter (channels, columns)
   */
  String part(String filter) {
    return Text.format(
        "%sy = torch.reshape(torch.narrow(torch.narrow(%s, 0, %d, %d), 1, %d, %d), [%d, %d, %d])",
        name,
        filter,
        firstRow,
        outFields * outSize,
        firstColumn,
        columns(),
        outFields,
        outSize,
        columns());
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
    int row = fields * columns();
    lines.add(Text.format("%st = torch.new_empty(weights, [%d, %d])", name, rows.rows(), row));
    lines.add(Text.format("%sx = %s", name, byField(name + "t", fields)));
    for (int b = 0; b < rows.batches().size(); b++) {
      IrrepRows.Batch batch = rows.batches().get(b);
      lines.add(
          Text.format(
              "%st%d = torch.reshape(torch.narrow(%st, 0, %d, %d), [%d, %d, %d])",
              name,
              b,
              name,
              batch.firstRow(),
              batch.irreps(),
              batch.irreps(),
              fields * inFields,
              rows.width()));
    }
    return lines;
  }

  private String mixing(int fields) {
    return Text.format(
        "%sm = torch.expand(%sq, [%d, %d, %d])", name, name, fields, outSize, rows.rows());
  }

  /** What takes the channels of some output fields back to rows, and rows to slots. */
  private List<String> mixingBack(int fields) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Text.format(
            "%sm = torch.expand(torch.t(%sq), [%d, %d, %d])",
            name, name, fields, rows.rows(), outSize));
    for (int b = 0; b < rows.batches().size(); b++) {
      IrrepRows.Batch batch = rows.batches().get(b);
      lines.add(
          Text.format("%sr%d = torch.contiguous(torch.transpose(%ss%d, 1, 2))", name, b, name, b));
      if (batch.row() == 0) {
        lines.add(
            Text.format(
                "%sd%d = torch.new_empty(weights, [%d, %d, %d])",
                name, b, batch.irreps(), fields * inFields, batch.depth()));
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
    var parts = new StringJoiner(", ", "torch.cat([", "], 0)");
    for (int b = 0; b < rows.batches().size(); b++) {
      lines.add(
          Text.format("%st%d = torch.bmm(%s, %ss%d)", name, b, slots(b, from, fields), name, b));
      parts.add(name + "t" + b);
    }
    lines.add(
        Text.format("%sp = torch.bmm(%sm, %s)", name, name, byField(parts.toString(), fields)));
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
      lines.add(
          Text.format(
              "_0 = torch.bmm(%s, %ss%d, out=%st%d)", slots(b, from, fields), name, b, name, b));
    }
    lines.add(Text.format("_0 = torch.bmm(%sm, %sx, out=%s)", name, name, fieldsOf(from, fields)));
    return lines;
  }

  /**
   * Takes the gradient at the filter of some output fields to the gradient at their slots.
   *
   * @param from the first field, an integer expression
   */
  List<String> transpose(String from, int fields) {
    List<String> lines = new ArrayList<>();
    lines.add(Text.format("_0 = torch.bmm(%sm, %s, out=%sx)", name, fieldsOf(from, fields), name));
    for (int b = 0; b < rows.batches().size(); b++) {
      // Products into contiguous memory are faster than into slots, the copy included.
      int first = b - rows.batches().get(b).row();
      lines.add(
          b == first
              ? Text.format("_0 = torch.bmm(%st%d, %sr%d, out=%sd%d)", name, b, name, b, name, b)
              : Text.format(
                  "_0 = torch.baddbmm_(%sd%d, %st%d, %sr%d)", name, first, name, b, name, b));
    }
    for (int b = 0; b < rows.batches().size(); b++) {
      if (rows.batches().get(b).row() == 0) {
        lines.add(Text.format("_0 = torch.copy_(%s, %sd%d)", slots(b, from, fields), name, b));
      }
    }
    return lines;
  }

  private List<String> slots(String value) {
    List<String> lines = new ArrayList<>(List.of(Text.format("%sw = %s", name, value)));
    for (int b = 0; b < rows.batches().size(); b++) {
      IrrepRows.Batch batch = rows.batches().get(b);
      lines.add(
          Text.format(
              "%sv%d = torch.transpose(torch.reshape(torch.narrow(%sw, 1, %d, %d), [%d, %d, %d]), 0, 1)",
              name,
              b,
              name,
              batch.firstSlot(),
              batch.slots(),
              outFields * inFields,
              batch.irreps(),
              batch.depth()));
    }
    return lines;
  }

  private String slots(int batch, String from, int fields) {
    return Text.format(
        "torch.narrow(%sv%d, 1, torch.mul(%s, %d), %d)",
        name, batch, from, inFields, fields * inFields);
  }

  private String fieldsOf(String from, int fields) {
    return Text.format("torch.narrow(%sy, 0, %s, %d)", name, from, fields);
  }

  /** Rows, field by field: (fields, rows, columns). */
  private String byField(String product, int fields) {
    return Text.format(
        "torch.transpose(torch.reshape(%s, [%d, %d, %d]), 0, 1)",
        product, rows.rows(), fields, columns());
  }

  /** The block's part of an array of all weights: (pairs, weights a pair). */
  private String weights(String array) {
    int pairs = outFields * inFields;
    return Text.format(
        "torch.reshape(torch.narrow(%s, 0, %d, %d), [%d, %d])",
        array, firstWeight, pairs * rows.dimension(), pairs, rows.dimension());
  }
}
