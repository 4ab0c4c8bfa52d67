package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import java.util.function.Function;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;

/**
 * One invariant number for each field: fields become trivial ones.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, fields, height, width).
 */
abstract class InvariantPool<K> extends EquivariantModule {

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
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.apply(x, FieldGroups.Output.FIELDS, this::reduction);
  }

  @Override
  public final PlainLayer plainForm(PlainArrays arrays) {
    return groups.plainForm(arrays, FieldGroups.Output.FIELDS, this::reduction);
  }
}
