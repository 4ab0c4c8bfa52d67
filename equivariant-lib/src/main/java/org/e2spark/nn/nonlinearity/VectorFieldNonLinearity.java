package org.e2spark.nn.nonlinearity;

import org.e2spark.group.CyclicGroup;
import org.e2spark.group.Representation;
import org.e2spark.interchange.VectorOfMaximum;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.ParameterFree;
import org.e2spark.text.Text;

/**
 * Turns every regular field of C_N into a vector: its length is the largest activation, or zero if
 * that is negative, and its direction the rotation that the activation belongs to (Marcos et al.,
 * "Rotation Equivariant Vector Field Networks", 2017).
 *
 * <p>Input: (batch, N · fields, height, width); output: (batch, 2 · fields, height, width), fields
 * of irrep 1.
 */
public final class VectorFieldNonLinearity extends ParameterFree {

  /**
   * @throws FieldTypeException if a field is not the regular representation of C_N, N at least 3
   */
  public VectorFieldNonLinearity(FieldType type) {
    super(
        type,
        vectors(type),
        new VectorOfMaximum(type.fields(), type.gspace().fiberGroup().order()));
  }

  private static FieldType vectors(FieldType type) {
    if (!(type.gspace().fiberGroup() instanceof CyclicGroup group) || group.order() < 3) {
      throw new FieldTypeException(
          "VectorFieldNonLinearity needs at least 3 rotations and no reflections (C_N, N >= 3)"
              + " but was given "
              + type);
    }
    Representation regular = group.regularRepresentation();
    for (Representation representation : type.representations()) {
      if (!representation.equals(regular)) {
        throw new FieldTypeException(
            Text.format(
                "VectorFieldNonLinearity needs regular fields but was given %s in %s",
                representation, type));
      }
    }
    return FieldType.of(type.gspace(), group.irrep(1), type.fields());
  }
}
