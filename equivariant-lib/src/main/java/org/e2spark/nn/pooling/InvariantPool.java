package org.e2spark.nn.pooling;

import java.util.function.Function;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;

/**
 * One invariant number for each field: fields become trivial ones.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, fields, height, width).
 */
abstract class InvariantPool<K> extends PlainModule {

  private final FieldGroups<K> groups;

  /**
   * @param grouping of fields that {@link #reduction} treats alike
   */
  InvariantPool(FieldType type, Function<EquivariantModule, FieldGroups<K>> grouping) {
    super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
    this.groups = grouping.apply(this);
  }

  /** From the channels of a group's fields to one channel a field. */
  abstract PlainLayer reduction(FieldGroups.Group<K> group);

  @Override
  protected final PlainLayer form(FormArrays arrays) {
    return groups.form(arrays, FieldGroups.Output.FIELDS, this::reduction);
  }
}
