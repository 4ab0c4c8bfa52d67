package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * The part of a filter between all fields of one input and one output representation, and the
 * TorchScript statements that compute it for some of the output fields.
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
    for (int k = 0; k < rows.groups().size(); k++) {
      names.add(name + "s" + k);
    }
    return names;
  }

  List<Constant> constants(IrrepSpaceExpansion.Constants maker) {
    List<Constant> constants = new ArrayList<>();
    constants.add(maker.indices(rows.weightOfSlot()));
    constants.add(maker.indices(rows.slotOfWeight()));
    constants.add(maker.floats(rows.mixing().getDDRM().getData(), new Shape(outSize, rows.rows())));
    for (IrrepRows.Group group : rows.groups()) {
      constants.add(
          maker.floats(group.samples(), new Shape(group.rows(), group.depth(), rows.width())));
    }
    return constants;
  }

  /**
   * Computes the filter of some output fields as a new array, {@code NAMEy}: (fields, outSize,
   * columns).
   *
   * @param from the first field, an integer expression
   */
  List<String> newFilter(String from, int fields) {
    List<String> lines = new ArrayList<>(slots(from, fields));
    var parts = new StringJoiner(", ", "torch.cat([", "], 0)");
    for (int k = 0; k < rows.groups().size(); k++) {
      lines.add(factors(fields, k));
      for (int r = 0; r < rows.groups().get(k).size(); r++) {
        String part = name + "t" + k + r;
        lines.add(say("%s = torch.bmm(%sv, %s)", part, name, samples(k, r)));
        parts.add(part);
      }
    }
    lines.add(mix(fields, parts.toString(), ""));
    return lines;
  }

  /**
   * Writes the filter of some output fields.
   *
   * @param from the first field, an integer expression
   * @param target (fields, outSize, columns)
   */
  List<String> filterInto(String from, int fields, String target) {
    List<String> lines = new ArrayList<>(slots(from, fields));
    for (int k = 0; k < rows.groups().size(); k++) {
      lines.add(factors(fields, k));
      for (int r = 0; r < rows.groups().get(k).size(); r++) {
        lines.add(
            say("%sp = torch.bmm(%sv, %s, out=%s)", name, name, samples(k, r), part(fields, k, r)));
      }
    }
    lines.add(mix(fields, rowsOf(fields), ", out=" + target));
    return lines;
  }

  /**
   * Takes the gradient at the filter of some output fields to the gradient at their weights, in
   * {@code result}.
   *
   * @param from the first field, an integer expression
   * @param gradient (fields, outSize, columns)
   */
  List<String> transpose(String from, int fields, String gradient) {
    int pairs = fields * inFields;
    List<String> lines = new ArrayList<>();
    lines.add(
        say(
            "%sy = torch.bmm(torch.expand(torch.t(%sq), [%d, %d, %d]), %s, out=%s)",
            name, name, fields, rows.rows(), outSize, gradient, byField(rowsOf(fields), fields)));
    for (int k = 0; k < rows.groups().size(); k++) {
      IrrepRows.Group group = rows.groups().get(k);
      lines.add(
          say(
              "%sv = torch.reshape(torch.narrow(%sd, 0, %d, %d), [%d, %d, %d])",
              name,
              name,
              firstSlot(k) * pairs,
              group.slots() * pairs,
              group.irreps(),
              group.depth(),
              pairs));
      for (int r = 0; r < group.size(); r++) {
        String factors = say("%s, torch.transpose(%s, 1, 2)", samples(k, r), part(fields, k, r));
        lines.add(
            r == 0
                ? say("%sp = torch.bmm(%s, out=%sv)", name, factors, name)
                : say("%sp = torch.baddbmm_(%sv, %s)", name, name, factors));
      }
    }
    lines.add(
        say(
            "%sp = torch.copy_(%s, torch.t(torch.index_select(%s, 0, %su)))",
            name,
            weights("result", from, fields),
            say(
                "torch.reshape(torch.narrow(%sd, 0, 0, %d), [%d, %d])",
                name, rows.slots() * pairs, rows.slots(), pairs),
            name));
    return lines;
  }

  /** Makes room for the rows of some output fields, {@code NAMEt}. */
  String makeRowsRoom(int fields) {
    return say("%st = torch.new_empty(weights, [%d])", name, rows.rows() * fields * columns());
  }

  /** Makes room for the gradients of some output fields at their slots, {@code NAMEd}. */
  String makeSlotsRoom(int fields) {
    return say("%sd = torch.new_empty(weights, [%d])", name, rows.slots() * fields * inFields);
  }

  /**
   * The place of some output fields in a whole filter: (fields, outSize, columns).
   *
   * @param filter (channels, columns)
   */
  String place(String filter, String from, int fields) {
    return say(
        "torch.reshape(torch.narrow(torch.narrow(%s, 0, %s, %d), 1, %d, %d), [%d, %d, %d])",
        filter,
        along(from, outSize, firstRow),
        fields * outSize,
        firstColumn,
        columns(),
        fields,
        outSize,
        columns());
  }

  /** The weights of some output fields in their slots, {@code NAMEw}: (pairs, slots). */
  private List<String> slots(String from, int fields) {
    return List.of(
        say("%sw = torch.index_select(%s, 1, %sg)", name, weights("weights", from, fields), name));
  }

  /** The slots of a group, {@code NAMEv}: (irreps, pairs, depth). */
  private String factors(int fields, int k) {
    IrrepRows.Group group = rows.groups().get(k);
    return say(
        "%sv = torch.transpose(torch.reshape(torch.narrow(%sw, 1, %d, %d), [%d, %d, %d]), 0, 1)",
        name, name, firstSlot(k), group.slots(), fields * inFields, group.irreps(), group.depth());
  }

  private String mix(int fields, String product, String target) {
    return say(
        "%sy = torch.bmm(torch.expand(%sq, [%d, %d, %d]), %s%s)",
        name, name, fields, outSize, rows.rows(), byField(product, fields), target);
  }

  /** Weights of some output fields in an array of all: (pairs, weights a pair). */
  private String weights(String array, String from, int fields) {
    int step = inFields * rows.dimension();
    return say(
        "torch.reshape(torch.narrow(%s, 0, %s, %d), [%d, %d])",
        array, along(from, step, firstWeight), fields * step, fields * inFields, rows.dimension());
  }

  /** One row of every irrep of a group, in the room for rows: (irreps, pairs, width). */
  private String part(int fields, int k, int r) {
    int row = fields * columns();
    int irreps = rows.groups().get(k).irreps();
    int first = r * irreps;
    for (IrrepRows.Group before : rows.groups().subList(0, k)) {
      first += before.rows();
    }
    return say(
        "torch.reshape(torch.narrow(%st, 0, %d, %d), [%d, %d, %d])",
        name, first * row, irreps * row, irreps, fields * inFields, rows.width());
  }

  private String rowsOf(int fields) {
    return say("torch.narrow(%st, 0, 0, %d)", name, rows.rows() * fields * columns());
  }

  /** Rows, field by field: (fields, rows, columns). */
  private String byField(String product, int fields) {
    return say(
        "torch.transpose(torch.reshape(%s, [%d, %d, %d]), 0, 1)",
        product, rows.rows(), fields, columns());
  }

  /** One row of every irrep of a group: (irreps, depth, width). */
  private String samples(int k, int r) {
    int irreps = rows.groups().get(k).irreps();
    return say("torch.narrow(%ss%d, 0, %d, %d)", name, k, r * irreps, irreps);
  }

  private int firstSlot(int k) {
    return rows.groups().subList(0, k).stream().mapToInt(IrrepRows.Group::slots).sum();
  }

  private static String along(String position, int step, int first) {
    return say("torch.add(torch.mul(%s, %d), %d)", position, step, first);
  }

  private static String say(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
