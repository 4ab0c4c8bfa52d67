package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.group.Irrep;
import org.e2spark.text.Text;

/**
 * Evaluation by matrix products: {@code z_e = x T_e} over the pixels of whole images, {@code U =
 * W_m z}, some images at a time, so that {@code z} stays in the processor's cache.
 *
 * <p>Variables of the programs: {@code p0}, ... and {@code g0}, ..., input and output in irrep
 * space, part by part; {@code a} and {@code d}, for each input irrep and label the coefficients
 * (copies times images, components times coefficients) and the gradients there; for a target and
 * label, {@code z} (columns, images times coefficients), {@code u} (rows, ...), {@code m} the
 * mixing matrix; {@code v} the list of integers, {@code q} the place in it.
 */
final class ToeplitzForm implements FactorisedForm {

  /** The maps of a group: (input coefficients, maps times output coefficients). */
  private static final String MAPS =
      "t = torch.reshape(torch.narrow(k, 0, v[q + 4], v[q + 1] * v[q + 3] * h), [v[q + 3], v[q + 1]"
          + " * h])";

  private final MixingPlan plan;
  private final KernelWindow window;
  private final ToeplitzTables toeplitz;
  private final int chunk;
  private final Product product;
  private final Tables tables = new Tables();
  private final FiberProgram in;
  private final FiberProgram out;
  private final TargetRows targets;
  private final RowMatrices toRows = new RowMatrices("qi");
  private final RowMatrices fromRows = new RowMatrices("qo");
  private final ProgramText folds = new ProgramText();
  private int longest;

  /**
   * @param folded whether images are folded by parity
   * @param chunk images at a time
   */
  ToeplitzForm(MixingPlan plan, KernelWindow window, boolean folded, int chunk, Product product) {
    this.plan = plan;
    this.window = window;
    this.toeplitz = new ToeplitzTables(plan, window, folded);
    this.chunk = chunk;
    this.product = product;
    this.in = new FiberProgram(plan.in(), "p", window.inputPixels());
    this.out = new FiberProgram(plan.out(), "g", window.outputPixels());
    this.targets = new TargetRows(plan);
    plan.in().parts().forEach(part -> toRows.add(tables, part.toRows()));
    plan.out().parts().forEach(part -> fromRows.add(tables, targets.channels(part)));
    if (folded) {
      fold("ui", toeplitz.input(), window.inputPixels());
      fold("uo", toeplitz.output(), window.outputPixels());
    }
    plan.reached().forEach(this::addMaps);
  }

  private void fold(String name, Parity parity, int pixels) {
    folds.add("%s = %s", name, ProgramText.piece(tables, parity.matrix(), pixels, pixels));
  }

  private void addMaps(MixingPlan.Target target) {
    int[][] places = toeplitz.add(target, tables);
    for (int label = 0; label < toeplitz.labels(); label++) {
      int width = toeplitz.width(toeplitz.output(), label, target.irrep().size());
      longest = Math.max(longest, target.columns() * width);
      List<ToeplitzTables.Group> groups = toeplitz.groups(target, label);
      tables.append(width, groups.size());
      for (int component = 0; component < target.irrep().size(); component++) {
        tables.append(
            toeplitz.start(toeplitz.output(), label, component),
            toeplitz.size(toeplitz.output(), label, component));
      }
      int column = 0;
      for (int g = 0; g < groups.size(); g++) {
        ToeplitzTables.Group group = groups.get(g);
        EquivariantMap map = target.maps().get(group.first());
        int copies = plan.in().copies(map.in());
        tables.append(
            group.source() * toeplitz.labels() + group.inLabel(),
            group.count(),
            copies,
            toeplitz.width(toeplitz.input(), group.inLabel(), map.in().size()),
            places[label][g],
            column);
        column += group.count() * copies;
      }
    }
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
        plan.out().type().size(), window.output().height(), window.output().width());
    beginChunks(text);
    for (int r = 0; r < plan.out().parts().size(); r++) {
      text.add(
          "g%d = torch.new_zeros(x, [%d, %d * c])",
          r, targets.rows(r), out.count(r) * window.outputPixels());
    }
    text.add("q = 0");
    for (MixingPlan.Target target : plan.reached()) {
      beginLabels(text, target);
      text.add("u = %s", product.of("m", "z"));
      targets.copy(text, target, out, TargetRows.Direction.TO_PARTS);
      text.end();
    }
    out.mixRows(text, fromRows.matrices());
    if (toeplitz.folded()) {
      out.mixPixels(text, product, "uo", out::channels);
    }
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
    if (toeplitz.folded()) {
      out.mixPixels(text, product, "torch.t(uo)", out::channels);
    }
    out.mixRows(text, fromRows.transposes());
    if (images) {
      text.add("d = annotate(List[Tensor], [])");
      text.begin("for j in range(%d):", plan.in().irreps().size() * toeplitz.labels());
      text.run("torch.append(d, torch.new_zeros(x, torch.size(a[j])))").end();
    }
    text.add("q = 0");
    for (MixingPlan.Target target : plan.reached()) {
      beginLabels(text, target);
      text.add("u = torch.new_empty(x, [%d, h * c])", target.rows());
      targets.copy(text, target, out, TargetRows.Direction.FROM_PARTS);
      text.run("%s", product.add("u", "torch.t(z)", target.mixing("gw")));
      if (images) {
        pullBack(text);
      }
      text.end();
    }
    if (images) {
      inputGradient(text);
    }
    return text.end().lines();
  }

  private ProgramText start() {
    var text = new ProgramText();
    text.add("n = torch.size(x, 0)");
    text.add("v = %s", tables.integers());
    toRows.define(text);
    fromRows.define(text);
    folds.lines().forEach(line -> text.add("%s", line));
    return text.add("zb = torch.new_empty(x, [%d * ops.prim.min(n, %d)])", longest, chunk);
  }

  /** Begins the loop over some images at a time, and takes them apart. */
  private void beginChunks(ProgramText text) {
    text.begin("for i in range((n + %d) // %d):", chunk - 1, chunk);
    text.add("b = i * %d", chunk);
    text.add("c = ops.prim.min(%d, n - b)", chunk);
    text.add("xs = %s", in.images("x", "insorted"));
    in.channelsAsRows(text, "xs");
    in.mixRows(text, toRows.matrices());
    if (toeplitz.folded()) {
      in.mixPixels(text, product, "torch.t(ui)", in::channels);
    }
    text.add("a = annotate(List[Tensor], [])");
    for (Irrep irrep : plan.in().irreps()) {
      text.add("t = %s", in.copiesOf(irrep));
      for (int label = 0; label < toeplitz.labels(); label++) {
        List<String> components = new ArrayList<>();
        for (int component = 0; component < irrep.size(); component++) {
          components.add(coefficients("t[" + component + "]", label, component));
        }
        text.run(
            "torch.append(a, %s)",
            components.size() == 1
                ? components.get(0)
                : "torch.cat([" + String.join(", ", components) + "], 1)");
      }
    }
  }

  /** The coefficients of a component of the input that stand under a label. */
  private String coefficients(String component, int label, int position) {
    return Text.format(
        "torch.narrow(%s, 1, %d, %d)",
        component,
        toeplitz.start(toeplitz.input(), label, position),
        toeplitz.size(toeplitz.input(), label, position));
  }

  /** Computes {@code z} of a target, label by label; leaves the block of a label open. */
  private void beginLabels(ProgramText text, MixingPlan.Target target) {
    text.add("m = %s", target.mixing("w"));
    text.begin("for l in range(%d):", toeplitz.labels());
    text.add("h = v[q]");
    text.add("e = v[q + 1]");
    text.add("s = q + 2");
    text.add("q = q + %d", 2 + 2 * target.irrep().size());
    text.add("f = q");
    text.add(
        "z = torch.reshape(torch.narrow(zb, 0, 0, %d * h * c), [%d, h * c])",
        target.columns(), target.columns());
    text.begin("for j in range(e):");
    text.add("%s", MAPS);
    // All maps of a group at once, although z wants them one after the other: larger products
    // are faster, the copy included.
    text.run(
        "torch.copy_(torch.reshape(torch.narrow(z, 0, v[q + 5], v[q + 1] * v[q + 2]), [v[q + 1],"
            + " v[q + 2] * c, h]), torch.permute(torch.reshape(%s, [v[q + 2] * c, v[q + 1], h]),"
            + " [1, 0, 2]))",
        product.of("a[v[q]]", "t"));
    text.add("q = q + 6");
    text.end();
  }

  /** Adds the gradient at the input that comes through a target and label. */
  private void pullBack(ProgramText text) {
    text.add("y = %s", product.of("torch.t(m)", "u"));
    text.add("q = f");
    text.begin("for j in range(e):");
    text.add("%s", MAPS);
    text.add(
        "o = torch.reshape(torch.permute(torch.reshape(torch.narrow(y, 0, v[q + 5], v[q + 1] * v[q"
            + " + 2]), [v[q + 1], v[q + 2] * c, h]), [1, 0, 2]), [v[q + 2] * c, v[q + 1] * h])");
    text.run("%s", product.add("o", "torch.t(t)", "d[v[q]]"));
    text.add("q = q + 6");
    text.end();
  }

  /** Puts the gradient at the input together and writes it. */
  private void inputGradient(ProgramText text) {
    for (int r = 0; r < plan.in().parts().size(); r++) {
      text.add(
          "p%d = torch.new_empty(x, [%d, %d * c])",
          r, in.channels(r), in.count(r) * window.inputPixels());
      FieldIrreps.Part part = plan.in().parts().get(r);
      for (Irrep irrep : plan.in().irreps()) {
        int copies = part.multiplicity(irrep) * in.count(r);
        if (copies == 0) {
          continue;
        }
        text.add("t = %s", in.copiesOf(irrep, r));
        int first = plan.in().firstCopy(irrep, part);
        for (int label = 0; label < toeplitz.labels(); label++) {
          int list = plan.in().irreps().indexOf(irrep) * toeplitz.labels() + label;
          text.add("o = torch.narrow(d[%d], 0, %d * c, %d * c)", list, first, copies);
          int from = 0;
          for (int component = 0; component < irrep.size(); component++) {
            int size = toeplitz.size(toeplitz.input(), label, component);
            text.run(
                "torch.copy_(%s, torch.narrow(o, 1, %d, %d))",
                coefficients("t[" + component + "]", label, component), from, size);
            from += size;
          }
        }
      }
    }
    if (toeplitz.folded()) {
      in.mixPixels(text, product, "ui", in::channels);
    }
    in.mixRows(text, toRows.transposes());
    in.putImages(text, "gx", "inplaced");
  }
}
