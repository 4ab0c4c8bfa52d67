package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.torch.Ops;

/**
 * How a symmetry acts on fields: on the channels by the representations, on the pixels by moving
 * them.
 */
final class FieldAction {

  private FieldAction() {}

  static NDArray transform(FieldType type, NDArray x, GroupElement element) {
    NDArray fibers = transformFibers(type, x, element);
    NDArray moved = PlaneAction.apply(fibers, type.gspace().baseSpaceAction(element));
    if (moved != fibers) {
      fibers.close();
    }
    return moved;
  }

  static NDArray transformFibers(FieldType type, NDArray x, GroupElement element) {
    NDList parts = new NDList();
    for (int field = 0; field < type.fields(); ) {
      Representation representation = type.representations().get(field);
      int end = field;
      while (end < type.fields() && type.representations().get(end).equals(representation)) {
        end++;
      }
      parts.add(transformRun(representation, end - field, slice(type, x, field, end), element));
      field = end;
    }
    NDArray joined = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
    if (parts.size() > 1) {
      parts.close();
    }
    return joined;
  }

  private static NDArray transformRun(
      Representation representation, int fields, NDArray x, GroupElement element) {
    Shape shape = x.getShape();
    try (Constant matrix =
            Constant.floats(
                representation.at(element).getDDRM().getData(),
                new Shape(representation.size(), representation.size()));
        NDArray m = matrix.at(x);
        NDArray split = x.reshape(shape.get(0), fields, representation.size(), -1);
        NDArray mixed = Ops.einsum(x.getManager(), "ij,bfjx->bfix", m, split)) {
      x.close();
      return mixed.reshape(shape);
    }
  }

  /** The channels of fields {@code from} to {@code to - 1}, as a view of its own. */
  static NDArray slice(FieldType type, NDArray x, int from, int to) {
    return x.get(":, " + type.start(from) + ":" + type.end(to - 1));
  }
}
