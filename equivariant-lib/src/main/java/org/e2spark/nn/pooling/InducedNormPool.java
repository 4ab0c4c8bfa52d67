package org.e2spark.nn.pooling;

import org.e2spark.group.InducedOperation;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Subfields;

/**
 * The largest length of a subfield of every induced field, which is invariant: fields become
 * trivial ones.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, fields, height, width).
 */
public final class InducedNormPool extends InvariantPool<Subfields> {

  /**
   * @throws FieldTypeException if a field is not an induced one whose subfields support "norm"
   *     operations
   */
  public InducedNormPool(FieldType type) {
    super(
        type,
        module ->
            FieldGroups.of(
                module,
                type,
                Subfields.induced(type, InducedOperation.NORM, module.name()),
                Subfields.ORDER));
  }

  @Override
  PlainLayer reduction(FieldGroups.Group<Subfields> group) {
    int count = group.key().count();
    return Sequence.of(
        new FieldReduction(Reduction.NORM, group.fields() * count, group.key().subfieldSize()),
        new FieldReduction(Reduction.MAXIMUM, group.fields(), count));
  }
}
