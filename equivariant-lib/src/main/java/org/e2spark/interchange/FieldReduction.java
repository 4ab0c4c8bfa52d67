package org.e2spark.interchange;

/**
 * Reduces every run of {@code size} neighbouring channels to one: (batch, fields * size, ...) to
 * (batch, fields, ...).
 *
 * @param reduction how
 * @param fields the number of runs; -1 for as many as there are
 * @param size the channels of each
 */
public record FieldReduction(Reduction reduction, int fields, int size) implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String runs = program.let("torch.unflatten(%s, 1, [%d, %d])", x, fields, size);
    // Of equal channels the gradient goes to one, as in the reference; amax would divide it.
    return reduction == Reduction.MAXIMUM
        ? program.let("(torch.max(%s, 2, False))[0]", runs)
        : reduction.write(program, runs, "[2]");
  }
}
