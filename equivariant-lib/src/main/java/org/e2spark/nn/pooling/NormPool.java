package org.e2spark.nn.pooling;

import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/**
 * The length of every field, which is invariant when the group keeps lengths: fields become trivial
 * ones.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, fields, height, width).
 */
public final class NormPool extends InvariantPool<Integer> {

  /**
   * @throws FieldTypeException if a field's change of basis is not orthonormal
   */
  public NormPool(FieldType type) {
    super(type, module -> FieldGroups.bySize(module, type));
    type.representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
  }

  @Override
  PlainLayer reduction(FieldGroups.Group<Integer> group) {
    return new FieldReduction(Reduction.NORM, group.fields(), group.fieldSize());
  }
}
