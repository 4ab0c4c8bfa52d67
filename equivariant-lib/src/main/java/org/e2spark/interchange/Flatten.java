package org.e2spark.interchange;

/** Makes one vector of an image: (batch, channels, height, width) to (batch, all of them). */
public record Flatten() implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    return program.let("torch.flatten(%s, 1, -1)", x);
  }
}
