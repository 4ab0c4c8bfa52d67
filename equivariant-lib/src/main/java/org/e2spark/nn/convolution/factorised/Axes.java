package org.e2spark.nn.convolution.factorised;

import org.e2spark.nn.Size2d;
import org.e2spark.text.Text;

/**
 * The Fourier transforms of a program, as complex matrix products along each axis, and their
 * adjoints. For images this small they are faster than a fast transform.
 */
final class Axes {

  private final Size2d image;
  private final Size2d output;
  private final Size2d period;
  private final String[] pieces = new String[4];

  Axes(FrequencyTables frequency, Tables tables) {
    KernelWindow window = frequency.window();
    image = window.image();
    output = window.output();
    period = frequency.period();
    pieces[0] =
        piece(
            tables,
            FrequencyTables.analysis(period.height(), image.height(), window.inputStep().height()),
            period.height());
    pieces[1] =
        piece(
            tables,
            FrequencyTables.analysis(period.width(), image.width(), window.inputStep().width()),
            period.width());
    pieces[2] =
        piece(
            tables,
            FrequencyTables.synthesis(
                period.height(),
                output.height(),
                window.outputStep().height(),
                window.first().height()),
            period.height());
    pieces[3] =
        piece(
            tables,
            FrequencyTables.synthesis(
                period.width(),
                output.width(),
                window.outputStep().width(),
                window.first().width()),
            period.width());
  }

  private static String piece(Tables tables, double[] values, int rows) {
    return "torch.view_as_complex("
        + ProgramText.piece(tables, values, rows, values.length / rows / 2, 2)
        + ")";
  }

  /** Names the matrices: (frequencies, pixels) of each axis of the input, then of the output. */
  void define(ProgramText text) {
    for (int i = 0; i < pieces.length; i++) {
      text.add("f%d = %s", i, pieces[i]);
      text.add("f%dt = torch.contiguous(torch.t(f%d))", i, i);
      text.add("f%dc = torch.resolve_conj(torch.conj(f%d))", i, i);
      text.add("f%dh = torch.contiguous(torch.t(f%dc))", i, i);
    }
  }

  /** Complex images (rows, pixels) to (rows, frequencies). */
  String analysis(String images) {
    return product(images, image, "f0", "f1t", period);
  }

  /** The adjoint of {@link #analysis}, as (rows, pixels, 2). */
  String analysisBack(String frequencies) {
    return "torch.view_as_real(" + product(frequencies, period, "f0h", "f1c", image) + ")";
  }

  /** Frequencies (..., 2), any number of rows, to outputs (rows, pixels, 2). */
  String synthesis(String frequencies) {
    return "torch.view_as_real("
        + product(complex(frequencies, period), period, "f2t", "f3", output)
        + ")";
  }

  /** The adjoint of {@link #synthesis}, as (rows, frequencies, 2). */
  String synthesisBack(String outputs) {
    return "torch.view_as_real("
        + product(complex(outputs, output), output, "f2c", "f3h", period)
        + ")";
  }

  private static String complex(String array, Size2d size) {
    return Text.format(
        "torch.view_as_complex(torch.reshape(%s, [-1, %d, 2]))",
        array, size.height() * size.width());
  }

  private static String product(String images, Size2d from, String left, String right, Size2d to) {
    String flat = Text.format("torch.reshape(%s, [-1, %d])", images, from.width());
    String rows =
        Text.format(
            "torch.reshape(torch.mm(%s, %s), [-1, %d, %d])",
            flat, right, from.height(), to.width());
    return Text.format(
        "torch.reshape(torch.bmm(torch.expand(%s, [torch.size(%s, 0) // %d, -1, -1]), %s), [-1, %d])",
        left, flat, from.height(), rows, to.height() * to.width());
  }
}
