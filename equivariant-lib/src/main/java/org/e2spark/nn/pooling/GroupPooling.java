package org.e2spark.nn.pooling;

import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Pointwise;

/**
 * The maximum over the channels of every field, which is invariant when the group permutes them:
 * fields become trivial ones, one channel each.
 */
public final class GroupPooling extends InvariantPool<Integer> {

  /**
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  public GroupPooling(FieldType type) {
    super(type, module -> FieldGroups.bySize(module, type));
    Pointwise.requireSupport(type, "pointwise", name());
  }

  @Override
  PlainLayer reduction(FieldGroups.Group<Integer> group) {
    return new FieldReduction(Reduction.MAXIMUM, group.fields(), group.fieldSize());
  }
}
