package org.e2spark.nn.nonlinearity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/** What a field of a gated layer is for. */
public enum GateRole {
  /** Opens or shuts another field. */
  GATE,
  /** Is multiplied by a gate. */
  GATED;

  /** The first half of the fields are gates, the second half is gated. */
  static List<GateRole> halves(FieldType type, String who) {
    if (type.fields() % 2 != 0) {
      throw new FieldTypeException(
          who
              + " needs as many gates as gated fields, an even number of fields, but was given "
              + type.fields()
              + "; say which is which by gates(...)");
    }
    List<GateRole> roles = new ArrayList<>(Collections.nCopies(type.fields() / 2, GATE));
    roles.addAll(Collections.nCopies(type.fields() / 2, GATED));
    return roles;
  }
}
