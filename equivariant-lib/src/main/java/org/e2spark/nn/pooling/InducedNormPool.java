package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Subfields;

/**
 * The largest length of a subfield of every induced field, which is invariant: fields become
 * trivial ones.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, fields, height, width).
 */
public final class InducedNormPool extends EquivariantModule {

  private final FieldGroups<Subfields> groups;

  /**
   * @throws FieldTypeException if a field is not an induced one whose subfields support "norm"
   *     operations
   */
  public InducedNormPool(FieldType type) {
    super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
    this.groups =
        FieldGroups.of(
            this, type, Subfields.induced(type, "induced_norm", name()), Subfields.ORDER);
  }

  private static PlainLayer longest(FieldGroups.Group<Subfields> group) {
    int count = group.key().count();
    return Sequence.of(
        new FieldReduction(Reduction.NORM, group.fields() * count, group.key().subfieldSize()),
        new FieldReduction(Reduction.MAXIMUM, group.fields(), count));
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.apply(x, FieldGroups.Output.FIELDS, InducedNormPool::longest);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return groups.plainForm(arrays, FieldGroups.Output.FIELDS, InducedNormPool::longest);
  }
}
