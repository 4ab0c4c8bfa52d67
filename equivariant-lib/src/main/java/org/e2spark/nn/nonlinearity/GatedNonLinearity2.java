package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
import org.e2spark.nn.PlainFields;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;

/**
 * Multiplies each field by {@code sigmoid(gate - bias)} of a trivial field of another tensor.
 *
 * <p>Gates follow the gated fields sorted by size, smallest first, equal sizes as they are: the
 * k-th gate opens the k-th of those. Each gate has a learnt bias, {@code bias} (1, gates, 1, 1),
 * drawn from a standard normal distribution.
 *
 * <p>{@link #forward(GeometricTensor, GeometricTensor, Mode)} takes the two tensors; as a module of
 * one input it takes the gates' channels followed by the fields', (batch, gates + channels, height,
 * width).
 */
public final class GatedNonLinearity2 extends EquivariantModule {

  private final FieldType gates;
  private final FieldGroups<Subfields> groups;
  private final Parameter bias;

  /**
   * @throws FieldTypeException if there are not as many gates as fields, a gate is not trivial, or
   *     a field does not support "gated" operations
   */
  public GatedNonLinearity2(FieldType gates, FieldType fields) {
    super(gates.plus(fields), fields);
    gates.representations().forEach(r -> GatedNonLinearity1.check(r, GateRole.GATE, name()));
    fields.representations().forEach(r -> GatedNonLinearity1.check(r, GateRole.GATED, name()));
    if (gates.fields() != fields.fields()) {
      throw new FieldTypeException(
          Text.format(
              "%s needs one gate per field but was given %s gates and %s fields",
              name(), gates.fields(), fields.fields()));
    }
    this.gates = gates;
    this.groups = FieldGroups.of(this, fields, Subfields.whole(fields), Subfields.ORDER);
    this.bias = addWeight("bias", new Shape(1, gates.fields(), 1, 1));
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    return Gating.normal(shape, random);
  }

  /**
   * Opens or shuts the fields.
   *
   * @return fields of type {@link #outType()}, owned by the manager of {@code fields}
   * @throws FieldTypeException if a tensor has another type than was announced, naming both
   */
  public GeometricTensor forward(GeometricTensor gates, GeometricTensor fields, Mode mode) {
    FieldTypeException.check(name() + " for its gates", this.gates, gates.type());
    FieldTypeException.check(name(), outType(), fields.type());
    NDArray y = gated(gates.array(), fields.array(), bias.getArray());
    return new GeometricTensor(y, outType());
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray shut = x.get(":, :" + gates.size());
    NDArray fields = x.get(":, " + gates.size() + ":");
    NDArray y = gated(shut, fields, value(store, bias, x, mode));
    shut.close();
    fields.close();
    return y;
  }

  private NDArray gated(NDArray shut, NDArray fields, NDArray biases) {
    NDArray opened = GatedFields.open(1).apply(fields.getManager(), shut, biases);
    NDArray y =
        groups.map(
            fields,
            FieldGroups.Output.CHANNELS,
            (group, part) ->
                GatedFields.multiply(group.key(), group.first(), group.fields())
                    .apply(part.getManager(), part, opened));
    opened.close();
    return y;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    long[] owner = new long[outType().size()];
    for (FieldGroups.Group<Subfields> group : groups.groups()) {
      List<long[]> fields = FieldGroups.fields(group);
      for (int field = 0; field < fields.size(); field++) {
        for (long channel : fields.get(field)) {
          owner[(int) channel] = (long) group.first() + field;
        }
      }
    }
    long[] shut = LongStream.range(0, gates.size()).toArray();
    return Branches.product(
        Selection.range(gates.size(), inType().size()),
        Sequence.of(
            PlainFields.opened(arrays, shut, PlainArrays.values(bias.getArray())),
            Selection.of(arrays, owner)));
  }
}
