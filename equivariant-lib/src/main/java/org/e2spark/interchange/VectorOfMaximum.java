package org.e2spark.interchange;

/**
 * Of every run of {@code size} neighbouring channels, the largest as a vector: its length is that
 * value, or zero if negative, its direction the k-th of {@code size} equal parts of a full turn,
 * where k is the channel's place. (batch, fields * size, ...) to (batch, fields * 2, ...).
 *
 * @param fields the number of runs
 * @param size the channels of each
 */
public record VectorOfMaximum(int fields, int size) implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String runs = program.let("torch.unflatten(%s, 1, [%d, %d])", x, fields, size);
    String place = program.let("torch.argmax(%s, 2, True)", runs);
    String length = program.let("torch.relu(torch.gather(%s, 2, %s))", runs, place);
    // In double precision, type 7: rounded angles would turn long vectors.
    String angle = program.let("torch.mul(torch.to(%s, 7), %s)", place, 2 * Math.PI / size);
    String direction = program.let("torch.cat([torch.cos(%1$s), torch.sin(%1$s)], 2)", angle);
    return program.let(
        "torch.flatten(torch.mul(torch.type_as(%s, %s), %s), 1, 2)", direction, x, length);
  }
}
