package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.torch.TorchFunction;

/** The arrays of a layer's plain form: those of a pass through the layer, or copies of them. */
public final class FormArrays {

  private final NDManager manager;
  private final Function<Constant, NDArray> constants;
  private final Function<Parameter, NDArray> parameters;
  private final List<NDArray> derived = new ArrayList<>();

  private FormArrays(
      NDManager manager,
      Function<Constant, NDArray> constants,
      Function<Parameter, NDArray> parameters) {
    this.manager = manager;
    this.constants = constants;
    this.parameters = parameters;
  }

  /** Computes what a layer's plain form says, of the arrays where {@code x} is. */
  public static NDArray pass(
      ParameterStore store, NDArray x, Mode mode, Function<FormArrays, PlainLayer> form) {
    var arrays =
        new FormArrays(
            x.getManager(),
            constant -> constant.at(x),
            parameter -> EquivariantModule.value(store, parameter, x, mode));
    NDArray y = form.apply(arrays).apply(x);
    // Gradients pass through what was derived still.
    arrays.derived.forEach(NDArray::close);
    return y;
  }

  /** Copies for a plain network. */
  public static FormArrays copies(PlainArrays arrays) {
    return new FormArrays(
        arrays.manager(),
        constant -> constant.in(arrays),
        parameter -> arrays.copy(parameter.getArray()));
  }

  /** The array of a constant. */
  public NDArray of(Constant constant) {
    return constants.apply(constant);
  }

  /** The array of a parameter; null for no parameter. */
  public NDArray of(Parameter parameter) {
    return parameter == null ? null : parameters.apply(parameter);
  }

  /** A function of other arrays, which lives as long as the form. */
  public NDArray derived(TorchFunction function, NDArray... from) {
    NDArray array = function.apply(manager, from);
    derived.add(array);
    return array;
  }

  /** The channels that a constant's indices are. */
  public Selection select(Constant channels) {
    return Selection.of(() -> of(channels), channels.indices());
  }
}
