package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;

/**
 * Changes the length of every run of {@code size} neighbouring channels, read as a vector, and
 * keeps its direction: {@code f · σ(|f| - b) / |f|}, zero where {@code |f| <= eps}.
 *
 * @param fields the number of fields, each of which has a bias {@code b = exp(logBias)}
 * @param count the vectors of a field
 * @param size the channels of a vector
 * @param function σ
 * @param logBias one value a field, after those of {@code first} others; or null for no bias
 * @param first how many values of the bias come before
 * @param eps one value
 */
public record VectorScaling(
    int fields, int count, int size, PlainLayer function, NDArray logBias, int first, NDArray eps)
    implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String f = program.let("torch.unflatten(%s, 1, [%d, %d, %d])", x, fields, count, size);
    String length = program.let("torch.norm(%s, 2, [3], True)", f);
    String none = program.let("torch.le(%s, %s)", length, program.array("eps", eps));
    // A harmless length instead of zero: masking the quotient alone would leave NaN gradients.
    String norm = program.let("torch.masked_fill(%s, %s, 1.)", length, none);
    String above = norm;
    if (logBias != null) {
      String all = program.array("log_bias", logBias);
      String bias =
          program.let(
              "torch.exp(torch.narrow(torch.reshape(%s, [-1]), 0, %d, %d))", all, first, fields);
      above = program.let("torch.sub(%s, torch.reshape(%s, [1, -1, 1, 1, 1, 1]))", norm, bias);
    }
    String scale = program.let("torch.div(%s, %s)", function.write(program, above), norm);
    return program.let(
        "torch.flatten(torch.mul(%s, torch.masked_fill(%s, %s, 0.)), 1, 3)", f, scale, none);
  }
}
