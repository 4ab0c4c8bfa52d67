package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.e2spark.torch.EngineStart;
import org.e2spark.torch.FunctionLease;

/**
 * A plain layer that DJL has no block for, computed by its program. Its arrays are parameters that
 * training does not change.
 */
final class OperationBlock extends AbstractBlock implements HasPlainForm, AutoCloseable {

  private final PlainLayer layer;
  private final List<Parameter> arrays = new ArrayList<>();
  private final DataType type;
  private final FunctionLease function;

  OperationBlock(PlainLayer layer) {
    Program program = Program.of(layer, "");
    this.layer = layer;
    DataType seen = DataType.FLOAT32;
    for (Map.Entry<String, NDArray> entry : program.arrays().entrySet()) {
      arrays.add(addParameter(frozen(entry.getKey(), entry.getValue())));
      if (entry.getValue().getDataType().isFloating()) {
        seen = entry.getValue().getDataType();
      }
    }
    this.type = seen;
    this.function = program.lease();
  }

  private static Parameter frozen(String name, NDArray array) {
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.WEIGHT)
            .optRequiresGrad(false)
            .build();
    parameter.setArray(array);
    return parameter;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    NDArray[] operands = new NDArray[arrays.size() + 1];
    operands[0] = x;
    for (int i = 0; i < arrays.size(); i++) {
      operands[i + 1] = store.getValue(arrays.get(i), x.getDevice(), training);
    }
    return new NDList(function.apply(x.getManager(), operands));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    try (NDManager manager = EngineStart.ensure().newBaseManager()) {
      NDArray x = manager.zeros(inputShapes[0], type);
      NDArray[] operands = new NDArray[arrays.size() + 1];
      operands[0] = x;
      for (int i = 0; i < arrays.size(); i++) {
        operands[i + 1] = arrays.get(i).getArray();
      }
      return new Shape[] {function.apply(manager, operands).getShape()};
    }
  }

  @Override
  public PlainLayer plainForm(PlainArrays copies) {
    if (!arrays.isEmpty()) {
      throw new UnsupportedExportException("A plain network is exported already: " + layer);
    }
    return layer;
  }

  @Override
  public String toString() {
    return layer.getClass().getSimpleName() + getDirectParameters();
  }

  /** Frees the compiled program; the arrays are not this block's. */
  @Override
  public void close() {
    function.close();
  }
}
