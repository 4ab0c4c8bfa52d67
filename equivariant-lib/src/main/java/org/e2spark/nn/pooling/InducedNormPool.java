package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Sequence;
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

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.map(
        x,
        FieldGroups.Output.FIELDS,
        (group, fields) ->
            TorchFunction.of(
                    "x",
                    Text.format(
                        "(torch.max(torch.norm(torch.unflatten(x, 1, [%d, %d, %d]), 2, [3], False), 2))[0]",
                        group.fields(), group.key().count(), group.key().subfieldSize()))
                .apply(fields.getManager(), fields));
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    List<long[]> subfields = new ArrayList<>();
    List<long[]> fields = new ArrayList<>();
    for (int field = 0; field < inType().fields(); field++) {
      int size = Subfields.induced(inType(), "induced_norm", name()).apply(field).subfieldSize();
      List<long[]> parts = PlainFields.split(List.of(inType().channels(field)), size);
      fields.add(LongStream.range(subfields.size(), subfields.size() + parts.size()).toArray());
      subfields.addAll(parts);
    }
    return Sequence.of(
        PlainFields.norms(arrays, subfields),
        PlainFields.reduce(arrays, Reduction.MAXIMUM, fields));
  }
}
