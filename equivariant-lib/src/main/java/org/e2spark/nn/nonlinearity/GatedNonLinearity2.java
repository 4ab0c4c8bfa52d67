package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.stream.Stream;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.Mode;
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
public final class GatedNonLinearity2 extends Gating {

  private final FieldType gates;

  /**
   * @throws FieldTypeException if there are not as many gates as fields, a gate is not trivial, or
   *     a field does not support "gated" operations
   */
  public GatedNonLinearity2(FieldType gates, FieldType fields) {
    super(
        gates.plus(fields),
        fields,
        Stream.concat(
                Collections.nCopies(gates.fields(), GateRole.GATE).stream(),
                Collections.nCopies(fields.fields(), GateRole.GATED).stream())
            .toList(),
        GatedFields.Gates.DROPPED,
        Subfields.whole(gates.plus(fields)),
        4);
    gates.representations().forEach(r -> GatedNonLinearity1.check(r, GateRole.GATE, name()));
    fields.representations().forEach(r -> GatedNonLinearity1.check(r, GateRole.GATED, name()));
    if (gates.fields() != fields.fields()) {
      throw new FieldTypeException(
          Text.format(
              "%s needs one gate per field but was given %s gates and %s fields",
              name(), gates.fields(), fields.fields()));
    }
    this.gates = gates;
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
    try (NDArray both = gates.array().concat(fields.array(), 1)) {
      GeometricTensor y = forward(new GeometricTensor(both, inType()), mode);
      y.array().attach(fields.array().getManager());
      return y;
    }
  }
}
