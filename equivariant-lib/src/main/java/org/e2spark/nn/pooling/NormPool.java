package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.nn.PlainFields;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * The length of every field, which is invariant when the group keeps lengths: fields become trivial
 * ones.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, fields, height, width).
 */
public final class NormPool extends EquivariantModule {

  private final FieldGroups<Subfields> groups;

  /**
   * @throws FieldTypeException if a field's change of basis is not orthonormal
   */
  public NormPool(FieldType type) {
    super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
    type.representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
    this.groups = FieldGroups.of(this, type, Subfields.whole(type), Subfields.ORDER);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.map(
        x,
        FieldGroups.Output.FIELDS,
        (group, fields) ->
            TorchFunction.of(
                    "x",
                    Text.format(
                        "torch.norm(torch.unflatten(x, 1, [%d, %d]), 2, [2], False)",
                        group.fields(), group.fieldSize()))
                .apply(fields.getManager(), fields));
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return PlainFields.norms(arrays, PlainFields.of(inType()));
  }
}
