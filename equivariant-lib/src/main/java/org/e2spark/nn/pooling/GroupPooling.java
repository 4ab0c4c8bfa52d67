package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;

/**
 * The maximum over the channels of every field, which is invariant when the group permutes them:
 * fields become trivial ones, one channel each.
 */
public final class GroupPooling extends EquivariantModule {

  private final FieldGroups<Integer> groups;

  /**
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  public GroupPooling(FieldType type) {
    super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
    Pointwise.requireSupport(type, "pointwise", name());
    this.groups = FieldGroups.bySize(this, type);
  }

  private static PlainLayer maximum(FieldGroups.Group<Integer> group) {
    return new FieldReduction(Reduction.MAXIMUM, group.fields(), group.fieldSize());
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.apply(x, FieldGroups.Output.FIELDS, GroupPooling::maximum);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return groups.plainForm(arrays, FieldGroups.Output.FIELDS, GroupPooling::maximum);
  }
}
