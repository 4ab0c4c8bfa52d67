package org.e2spark.nn.convolution.factorised;

import java.util.List;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * Evaluation by the scalar filters that all kernels are mixtures of, for few input channels: every
 * channel is convolved with each of them, and a matrix of (output channels, input channels times
 * filters), computed from the dense filter, mixes the results, some images at a time. Its {@code w}
 * is that filter.
 *
 * <p>Variables of the programs: {@code p} the filters, {@code m} the matrix; {@code z} (images,
 * input channels times filters, pixels) and {@code e}, the gradient there; {@code d}, the gradient
 * at the matrix.
 */
final class SpatialForm implements FactorisedForm {

  private final KernelWindow window;
  private final int inputs;
  private final int outputs;
  private final int filters;
  private final int chunk;
  private final Product product;
  private final Tables tables = new Tables();

  /**
   * @param basis (filters, points)
   * @param inputs channels
   * @param outputs channels
   * @param chunk images at a time
   */
  SpatialForm(
      SimpleMatrix basis,
      KernelWindow window,
      int inputs,
      int outputs,
      int chunk,
      Product product) {
    this.window = window;
    this.inputs = inputs;
    this.outputs = outputs;
    this.filters = basis.getNumRows();
    this.chunk = chunk;
    this.product = product;
    tables.add(basis.getDDRM().getData().clone());
  }

  @Override
  public Tables tables() {
    return tables;
  }

  @Override
  public List<String> forward() {
    ProgramText text = start();
    text.add(
        "y = torch.new_empty(x, [n, %d, %d, %d])",
        outputs, window.output().height(), window.output().width());
    beginChunks(text);
    text.begin("for j in range(c):");
    text.run("%s", product.into("m", "z[j]", Text.format("torch.reshape(y[b + j], %s)", flat())));
    return text.end().end().lines();
  }

  @Override
  public List<String> backward(Gradients gradients) {
    ProgramText text = start();
    boolean images = gradients == Gradients.WEIGHTS_AND_IMAGES;
    text.add("d = torch.new_zeros(x, [%d, %d])", outputs, inputs * filters);
    beginChunks(text);
    if (images) {
      text.add("e = torch.empty_like(z)");
    }
    text.begin("for j in range(c):");
    text.add("g0 = torch.reshape(g[b + j], %s)", flat());
    text.run("%s", product.add("g0", "torch.t(z[j])", "d"));
    if (images) {
      text.run("%s", product.into("torch.t(m)", "g0", "e[j]"));
    }
    text.end();
    if (images) {
      text.add("o = torch.narrow(gx, 0, b, c)");
      text.run(
          "torch.copy_(o, torch.reshape(%s, torch.size(o)))",
          window.adjoint(
              Text.format(
                  "torch.reshape(e, [c * %d, %d, %d, %d])",
                  inputs, filters, window.output().height(), window.output().width()),
              filter(),
              1));
    }
    text.end();
    text.run(
        "torch.add_(gw, torch.reshape(torch.mm(torch.reshape(d, [%d, %d]), torch.reshape(p, [%d,"
            + " %d])), torch.size(gw)))",
        outputs * inputs, filters, filters, points());
    return text.lines();
  }

  private ProgramText start() {
    var text = new ProgramText();
    text.add("n = torch.size(x, 0)");
    text.add(
        "p = torch.reshape(torch.narrow(k, 0, 0, %d), [%d, 1, %d, %d])",
        filters * points(), filters, window.kernelSize(), window.kernelSize());
    text.add(
        "m = torch.reshape(torch.mm(torch.reshape(w, [%d, %d]), torch.t(torch.reshape(p, [%d,"
            + " %d]))), [%d, %d])",
        outputs * inputs, points(), filters, points(), outputs, inputs * filters);
    return text;
  }

  /** Begins the loop over some images at a time, and convolves them with every filter. */
  private void beginChunks(ProgramText text) {
    text.begin("for i in range((n + %d) // %d):", chunk - 1, chunk);
    text.add("b = i * %d", chunk);
    text.add("c = ops.prim.min(%d, n - b)", chunk);
    text.add(
        "z = %s",
        window.convolution(
            Text.format(
                "torch.reshape(torch.narrow(x, 0, b, c), [c * %d, 1, %d, %d])",
                inputs, window.image().height(), window.image().width()),
            filter(),
            1));
    text.add("z = torch.reshape(z, [c, %d, %d])", inputs * filters, window.outputPixels());
  }

  /** The filters, where a transposed convolution has one input and an ordinary one one output. */
  private String filter() {
    return window.isTransposed() ? "torch.transpose(p, 0, 1)" : "p";
  }

  private String flat() {
    return Text.format("[%d, %d]", outputs, window.outputPixels());
  }

  private int points() {
    return window.kernelSize() * window.kernelSize();
  }
}
