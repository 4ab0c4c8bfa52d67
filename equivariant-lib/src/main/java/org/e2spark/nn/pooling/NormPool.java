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

/**
 * The length of every field, which is invariant when the group keeps lengths: fields become trivial
 * ones.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, fields, height, width).
 */
public final class NormPool extends EquivariantModule {

  private final FieldGroups<Integer> groups;

  /**
   * @throws FieldTypeException if a field's change of basis is not orthonormal
   */
  public NormPool(FieldType type) {
    super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
    type.representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
    this.groups = FieldGroups.bySize(this, type);
  }

  private static PlainLayer norms(FieldGroups.Group<Integer> group) {
    return new FieldReduction(Reduction.NORM, group.fields(), group.fieldSize());
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.apply(x, FieldGroups.Output.FIELDS, NormPool::norms);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return groups.plainForm(arrays, FieldGroups.Output.FIELDS, NormPool::norms);
  }
}
