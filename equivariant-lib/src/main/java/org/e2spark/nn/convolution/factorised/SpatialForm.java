package org.e2spark.nn.convolution.factorised;

import java.util.List;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * Evaluation by the scalar filters that all kernels are mixtures of, for few input channels: every
 * channel is convolved with each of them, and a matrix of (output channels, input channels times
 * filters), computed from the dense filter, mixes the results. Its {@code w} is that filter.
 */
final class SpatialForm implements FactorisedForm {

  private final KernelWindow window;
  private final int inputs;
  private final int outputs;
  private final int filters;
  private final Product product;
  private final Tables tables = new Tables();

  /**
   * @param basis (filters, points)
   * @param inputs channels
   * @param outputs channels
   */
  SpatialForm(SimpleMatrix basis, KernelWindow window, int inputs, int outputs, Product product) {
    this.window = window;
    this.inputs = inputs;
    this.outputs = outputs;
    this.filters = basis.getNumRows();
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
    text.begin("for i in range(n):");
    text.run("%s", product.into("m", "z[i]", Text.format("torch.reshape(y[i], %s)", flat())));
    return text.end().lines();
  }

  @Override
  public List<String> backward(Gradients gradients) {
    ProgramText text = start();
    boolean images = gradients == Gradients.WEIGHTS_AND_IMAGES;
    text.add("d = torch.new_zeros(x, [%d, %d])", outputs, inputs * filters);
    if (images) {
      text.add("e = torch.empty_like(z)");
    }
    text.begin("for i in range(n):");
    text.add("g0 = torch.reshape(g[i], %s)", flat());
    text.run("%s", product.add("g0", "torch.t(z[i])", "d"));
    if (images) {
      text.run("%s", product.into("torch.t(m)", "g0", "e[i]"));
    }
    text.end();
    text.run(
        "torch.add_(gw, torch.reshape(torch.mm(torch.reshape(d, [%d, %d]), torch.reshape(p, [%d,"
            + " %d])), torch.size(gw)))",
        outputs * inputs, filters, filters, points());
    if (images) {
      text.run(
          "torch.copy_(gx, torch.reshape(%s, torch.size(gx)))",
          window.adjoint(
              Text.format(
                  "torch.reshape(e, [n * %d, %d, %d, %d])",
                  inputs, filters, window.output().height(), window.output().width()),
              filter(),
              1));
    }
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
    text.add(
        "z = %s",
        window.convolution(
            Text.format(
                "torch.reshape(x, [n * %d, 1, %d, %d])",
                inputs, window.image().height(), window.image().width()),
            filter(),
            1));
    return text.add("z = torch.reshape(z, [n, %d, %d])", inputs * filters, window.outputPixels());
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
