package org.e2spark.interchange;

import org.e2spark.torch.Window;

/**
 * Of every run of {@code size} neighbouring channels, read as a vector a pixel, the longest one in
 * each window.
 *
 * @param fields the number of runs
 * @param size the channels of each
 * @param window where to look
 */
public record LongestVectorPooling(int fields, int size, Window window) implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String runs = program.let("torch.unflatten(%s, 1, [%d, %d])", x, fields, size);
    // Only places are looked for in the lengths, so no gradient needs to pass through them.
    String lengths = program.let("torch.norm(torch.detach(%s), 2, [2], False)", runs);
    String places =
        program.let(
            "torch.unsqueeze((torch.max_pool2d_with_indices(%s, %s))[1], 2)",
            lengths, window.ofMaximum());
    String flat =
        program.let("torch.flatten(torch.expand(%s, [-1, -1, %d, -1, -1]), 3, 4)", places, size);
    String taken = program.let("torch.gather(torch.flatten(%s, 3, 4), 3, %s)", runs, flat);
    return program.let(
        "torch.reshape(%1$s, [torch.size(%2$s, 0), torch.size(%2$s, 1), torch.size(%3$s, 3),"
            + " torch.size(%3$s, 4)])",
        taken, x, places);
  }
}
