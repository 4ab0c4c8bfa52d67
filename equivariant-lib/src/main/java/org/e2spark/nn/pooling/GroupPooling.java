package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;

/**
 * The maximum over the channels of every field, which is invariant when the group permutes them:
 * fields become trivial ones, one channel each.
 */
public final class GroupPooling extends EquivariantModule {

  private record Run(int from, int fields, int fieldSize) {}

  private final List<Run> runs = new ArrayList<>();

  /** On fields that permute their channels. */
  public GroupPooling(FieldType type) {
    super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
    Pointwise.requireSupport(type, "pointwise", name());
    for (int field = 0; field < type.fields(); ) {
      int size = type.representations().get(field).size();
      int end = field;
      while (end < type.fields() && type.representations().get(end).size() == size) {
        end++;
      }
      runs.add(new Run(type.start(field), end - field, size));
      field = end;
    }
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    if (runs.size() == 1) {
      return maximum(runs.get(0), x);
    }
    NDList parts = new NDList();
    for (Run run : runs) {
      NDArray part =
          x.get(":, " + run.from() + ":" + (run.from() + run.fields() * run.fieldSize()));
      parts.add(maximum(run, part));
      part.close();
    }
    NDArray joined = NDArrays.concat(parts, 1);
    parts.close();
    return joined;
  }

  private static NDArray maximum(Run run, NDArray x) {
    Shape shape = x.getShape();
    NDArray fields =
        x.reshape(shape.get(0), run.fields(), run.fieldSize(), shape.get(2), shape.get(3));
    NDArray maximum = fields.max(new int[] {2});
    fields.close();
    return maximum;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    List<PlainLayer> parts = new ArrayList<>();
    for (Run run : runs) {
      PlainLayer maximum = new FieldReduction(Reduction.MAXIMUM, run.fields(), run.fieldSize());
      parts.add(
          runs.size() == 1
              ? maximum
              : Sequence.of(
                  Selection.range(run.from(), run.from() + run.fields() * run.fieldSize()),
                  maximum));
    }
    return parts.size() == 1
        ? parts.get(0)
        : new Branches(parts, Branches.Combination.CONCATENATION);
  }
}
