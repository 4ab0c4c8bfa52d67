package org.e2spark.nn.convolution.factorised;

import java.util.List;
import org.e2spark.group.Irrep;
import org.e2spark.nn.Size2d;
import org.e2spark.text.Text;

/**
 * Evaluation over spatial frequencies: {@code z_e} is an elementwise product of complex images,
 * {@code U = W_m z} a product with a real matrix, and {@code y = U_0 + i U_1}; some images at a
 * time.
 *
 * <p>Variables of the programs: {@code p0}, ... and {@code g0}, ..., input and output in irrep
 * space, part by part; {@code a} and {@code d}, for each source its transform (copies times images,
 * frequencies) and the gradient there; {@code s}, the transform of the output (copies of all
 * targets times images, frequencies) or the gradient there; for a target {@code z} (columns, images
 * times frequencies), {@code u} (rows, ...), {@code m} the mixing matrix.
 */
final class FrequencyForm implements FactorisedForm {

  private final MixingPlan plan;
  private final KernelWindow window;
  private final FrequencyTables frequency;
  private final List<FrequencyTables.Source> sources;
  private final int chunk;
  private final Product product;
  private final Tables tables = new Tables();
  private final FiberProgram in;
  private final FiberProgram out;
  private final RowMatrices toRows = new RowMatrices("qi");
  private final RowMatrices fromRows = new RowMatrices("qo");
  private final Axes axes;

  /**
   * @param chunk images at a time
   */
  FrequencyForm(MixingPlan plan, KernelWindow window, int chunk, Product product) {
    this.plan = plan;
    this.window = window;
    this.frequency = new FrequencyTables(plan, window);
    this.sources = frequency.sources();
    this.chunk = chunk;
    this.product = product;
    this.in = new FiberProgram(plan.in(), "p", window.inputPixels());
    this.out = new FiberProgram(plan.out(), "g", window.outputPixels());
    plan.in().parts().forEach(part -> toRows.add(tables, part.toRows()));
    plan.out().parts().forEach(part -> fromRows.add(tables, part.fromRows()));
    this.axes = new Axes(frequency, tables);
    for (MixingPlan.Target target : plan.targets()) {
      for (EquivariantMap map : target.maps()) {
        tables.append(tables.add(frequency.transfer(map)));
      }
    }
  }

  @Override
  public Tables tables() {
    return tables;
  }

  private int period() {
    return frequency.frequencies();
  }

  private int copies() {
    return plan.targets().stream().mapToInt(MixingPlan.Target::copies).sum();
  }

  private int firstCopy(MixingPlan.Target target) {
    return plan.targets().stream()
        .takeWhile(other -> other != target)
        .mapToInt(MixingPlan.Target::copies)
        .sum();
  }

  @Override
  public List<String> forward() {
    ProgramText text = start();
    Size2d size = window.output();
    text.add(
        "y = torch.new_empty(x, [n, %d, %d, %d])",
        plan.out().type().size(), size.height(), size.width());
    beginChunks(text);
    text.add("s = torch.new_zeros(x, [%d, c * %d])", copies(), 2 * period());
    int map = 0;
    for (MixingPlan.Target target : plan.reached()) {
      project(text, target, map);
      text.add("o = torch.narrow(s, 0, %d, %d)", firstCopy(target), target.copies());
      if (target.degrees() == 1) {
        text.run("%s", product.into("m", "zr", "o"));
      } else {
        text.add(
            "u = torch.reshape(%s, [2, %d, c * %d, 2])",
            product.of("m", "zr"), target.copies(), period());
        text.add("o = torch.reshape(o, [%d, c * %d, 2])", target.copies(), period());
        text.run(
            "torch.sub(torch.select(u[0], 2, 0), torch.select(u[1], 2, 1), out=torch.select(o, 2,"
                + " 0))");
        text.run(
            "torch.add(torch.select(u[0], 2, 1), torch.select(u[1], 2, 0), out=torch.select(o, 2,"
                + " 1))");
      }
      map += target.maps().size();
    }
    text.add("s = %s", axes.synthesis("s"));
    for (int r = 0; r < plan.out().parts().size(); r++) {
      text.add(
          "g%d = torch.new_empty(x, [%d, %d * c])",
          r, out.channels(r), out.count(r) * window.outputPixels());
    }
    copyComponents(text, TargetRows.Direction.TO_PARTS);
    out.mixRows(text, fromRows.matrices());
    out.putImages(text, "y", "outplaced");
    return text.end().lines();
  }

  @Override
  public List<String> backward(Gradients gradients) {
    boolean images = gradients == Gradients.WEIGHTS_AND_IMAGES;
    ProgramText text = start();
    beginChunks(text);
    text.add("gs = %s", out.images("g", "outsorted"));
    out.channelsAsRows(text, "gs");
    out.mixRows(text, fromRows.transposes());
    text.add("s = torch.new_zeros(x, [%d * c, %d, 2])", copies(), window.outputPixels());
    copyComponents(text, TargetRows.Direction.FROM_PARTS);
    text.add("s = torch.reshape(%s, [%d, c * %d, 2])", axes.synthesisBack("s"), copies(), period());
    if (images) {
      text.add("d = annotate(List[Tensor], [])");
      text.begin("for j in range(%d):", sources.size());
      text.run("torch.append(d, torch.zeros_like(a[j]))").end();
    }
    int map = 0;
    for (MixingPlan.Target target : plan.reached()) {
      project(text, target, map);
      text.add("o = torch.narrow(s, 0, %d, %d)", firstCopy(target), target.copies());
      if (target.degrees() == 1) {
        text.add("u = torch.reshape(o, [%d, c * %d])", target.rows(), 2 * period());
      } else {
        text.add("u = torch.new_empty(x, [2, %d, c * %d, 2])", target.copies(), period());
        text.run("torch.copy_(u[0], o)");
        text.run("torch.copy_(torch.select(u[1], 2, 0), torch.select(o, 2, 1))");
        text.run("torch.neg(torch.select(o, 2, 0), out=torch.select(u[1], 2, 1))");
        text.add("u = torch.reshape(u, [%d, c * %d])", target.rows(), 2 * period());
      }
      text.run("%s", product.add("u", "torch.t(zr)", target.mixing("gw")));
      if (images) {
        pullBack(text, target, map);
      }
      map += target.maps().size();
    }
    if (images) {
      inputGradient(text);
    }
    return text.end().lines();
  }

  private ProgramText start() {
    var text = new ProgramText();
    int columns = plan.targets().stream().mapToInt(MixingPlan.Target::columns).max().orElse(0);
    text.add("n = torch.size(x, 0)");
    text.add("v = %s", tables.integers());
    toRows.define(text);
    fromRows.define(text);
    axes.define(text);
    return text.add(
        "zb = torch.new_empty(x, [%d * ops.prim.min(n, %d) * %d, 2])", columns, chunk, period());
  }

  /** Begins the loop over some images at a time, and transforms them. */
  private void beginChunks(ProgramText text) {
    text.begin("for i in range((n + %d) // %d):", chunk - 1, chunk);
    text.add("b = i * %d", chunk);
    text.add("c = ops.prim.min(%d, n - b)", chunk);
    text.add("xs = %s", in.images("x", "insorted"));
    in.channelsAsRows(text, "xs");
    in.mixRows(text, toRows.matrices());
    text.add("a = annotate(List[Tensor], [])");
    for (FrequencyTables.Source source : sources) {
      text.add("t = %s", in.copiesOf(source.irrep()));
      String second =
          source.irrep().size() == 1
              ? "torch.zeros_like(t[0])"
              : source.conjugated() ? "torch.neg(t[1])" : "t[1]";
      text.run("torch.append(a, %s)", axes.analysis("torch.complex(t[0], " + second + ")"));
    }
  }

  private String transfers(FrequencyTables.Group group, int firstMap) {
    // Pieces are aligned, so maps of a group are views of equal distance.
    int first = firstMap + group.first();
    return Text.format(
        "torch.view_as_complex(torch.narrow(torch.reshape(torch.narrow(k, 0, v[%d], %d), [%d, %d,"
            + " 2]), 1, 0, %d))",
        first, group.count() * stride(), group.count(), stride() / 2, period());
  }

  private int stride() {
    return Tables.aligned(2 * period());
  }

  /** Computes {@code z} of a target, and {@code zr}, its real and imaginary parts. */
  private void project(ProgramText text, MixingPlan.Target target, int firstMap) {
    text.add("m = %s", target.mixing("w"));
    text.add("zr = torch.narrow(zb, 0, 0, %d * c)", target.columns() * period());
    text.add("z = torch.view_as_complex(zr)");
    text.add("zr = torch.reshape(zr, [%d, c * %d])", target.columns(), 2 * period());
    int column = 0;
    for (FrequencyTables.Group group : FrequencyTables.groups(target)) {
      int copies = plan.in().copies(group.source().irrep());
      text.run(
          "torch.mul(torch.unsqueeze(a[%d], 0), torch.unsqueeze(%s, 1), out=%s)",
          sources.indexOf(group.source()),
          transfers(group, firstMap),
          columns("z", column, group, copies));
      column += group.count() * copies;
    }
  }

  private String columns(String array, int column, FrequencyTables.Group group, int copies) {
    return Text.format(
        "torch.reshape(torch.narrow(%s, 0, %d * c, %d * c), [%d, %d * c, %d])",
        array,
        column * period(),
        group.count() * copies * period(),
        group.count(),
        copies,
        period());
  }

  /** Adds the gradient at the input that comes through a target. */
  private void pullBack(ProgramText text, MixingPlan.Target target, int firstMap) {
    text.add(
        "y = torch.reshape(torch.view_as_complex(torch.reshape(%s, [%d * c, %d, 2])), [-1])",
        product.of("torch.t(m)", "u"), target.columns(), period());
    int column = 0;
    for (FrequencyTables.Group group : FrequencyTables.groups(target)) {
      int copies = plan.in().copies(group.source().irrep());
      text.add("o = %s", columns("y", column, group, copies));
      text.add("t = torch.resolve_conj(torch.conj(%s))", transfers(group, firstMap));
      text.begin("for j in range(%d):", group.count());
      text.run("torch.addcmul_(d[%d], o[j], t[j])", sources.indexOf(group.source())).end();
      column += group.count() * copies;
    }
  }

  /**
   * Moves every component of every target between {@code s} (copies of all targets times images,
   * pixels, 2) and the parts.
   */
  private void copyComponents(ProgramText text, TargetRows.Direction direction) {
    for (MixingPlan.Target target : plan.targets()) {
      Irrep irrep = target.irrep();
      for (int r = 0; r < plan.out().parts().size(); r++) {
        FieldIrreps.Part part = plan.out().parts().get(r);
        int copies = part.multiplicity(irrep) * out.count(r);
        if (copies == 0) {
          continue;
        }
        text.add("t = %s", out.copiesOf(irrep, r));
        text.add(
            "o = torch.narrow(s, 0, %d * c, %d * c)",
            firstCopy(target) + plan.out().firstCopy(irrep, part), copies);
        for (int component = 0; component < irrep.size(); component++) {
          text.add("w0 = torch.select(o, 2, %d)", component);
          if (direction == TargetRows.Direction.TO_PARTS) {
            text.run("torch.copy_(t[%d], w0)", component);
          } else {
            text.run("torch.copy_(w0, t[%d])", component);
          }
        }
      }
    }
  }

  /** Transforms the gradient at the sources back and writes it. */
  private void inputGradient(ProgramText text) {
    for (int r = 0; r < plan.in().parts().size(); r++) {
      text.add(
          "p%d = torch.new_zeros(x, [%d, %d * c])",
          r, in.channels(r), in.count(r) * window.inputPixels());
    }
    for (int j = 0; j < sources.size(); j++) {
      FrequencyTables.Source source = sources.get(j);
      Irrep irrep = source.irrep();
      text.add("y = %s", axes.analysisBack("d[" + j + "]"));
      for (int r = 0; r < plan.in().parts().size(); r++) {
        FieldIrreps.Part part = plan.in().parts().get(r);
        int copies = part.multiplicity(irrep) * in.count(r);
        if (copies == 0) {
          continue;
        }
        text.add("t = %s", in.copiesOf(irrep, r));
        text.add(
            "o = torch.narrow(y, 0, %d * c, %d * c)", plan.in().firstCopy(irrep, part), copies);
        text.run("torch.add_(t[0], torch.select(o, 2, 0))");
        if (irrep.size() == 2) {
          text.run(
              "torch.add_(t[1], torch.select(o, 2, 1), alpha=%d)", source.conjugated() ? -1 : 1);
        }
      }
    }
    in.mixRows(text, toRows.transposes());
    in.putImages(text, "gx", "inplaced");
  }
}
