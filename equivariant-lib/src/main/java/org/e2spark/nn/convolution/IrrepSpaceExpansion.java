package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.convolution.ExpansionProgram.Chunks;
import org.e2spark.nn.convolution.ExpansionProgram.Form;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.TorchFunction;

/**
 * Expands filters in irrep space: every row of the kernel in the output's irreps is a mixture of
 * the few basis elements that reach it, one matrix product for all pairs of fields; then {@code
 * Q_out} mixes the rows (a Fourier transform over the group).
 *
 * <p>Keeps (output irrep rows, elements a row, input channels, points) numbers a pair of
 * representations, where a dense basis would need (weights, output channels, input channels,
 * points). Filters are written, and gradients read, once, in pieces that stay in the processor's
 * cache between the two products.
 */
final class IrrepSpaceExpansion implements FilterExpansion {

  private record Variant(Form form, Chunks chunks) {}

  private final ExpansionProgram program;
  private final List<Constant> constants;
  private final Map<Variant, TorchFunction> functions = new ConcurrentHashMap<>();

  /**
   * @param owner keeps the constants
   */
  IrrepSpaceExpansion(EquivariantModule owner, KernelLayout layout) {
    this.program = new ExpansionProgram(layout);
    this.constants = program.constants(owner);
  }

  @Override
  public NDArray expand(NDManager manager, NDArray weights) {
    return run(manager, Form.RECORDED, weights);
  }

  @Override
  public void expandInto(NDArray weights, NDArray filter) {
    try (var scope = Autograd.pause()) {
      run(filter.getManager(), Form.IN_PLACE, weights, filter).close();
    }
  }

  @Override
  public NDArray pullBack(NDArray weights, NDArray gradient) {
    try (var scope = Autograd.pause()) {
      return run(gradient.getManager(), Form.TRANSPOSE, weights, gradient);
    }
  }

  private NDArray run(NDManager manager, Form form, NDArray weights, NDArray... more) {
    // A GPU is slowed down by many small products, not by traffic between them.
    Chunks chunks = weights.getDevice().isGpu() ? Chunks.WHOLE : Chunks.CACHED;
    TorchFunction function =
        functions.computeIfAbsent(
            new Variant(form, chunks), v -> program.function(v.form(), v.chunks()));
    List<NDArray> arguments = new ArrayList<>(List.of(weights));
    arguments.addAll(List.of(more));
    constants.forEach(constant -> arguments.add(constant.at(weights)));
    return function.apply(manager, arguments.toArray(NDArray[]::new));
  }
}
