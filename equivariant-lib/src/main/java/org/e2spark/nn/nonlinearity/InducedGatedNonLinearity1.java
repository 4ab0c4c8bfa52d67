package org.e2spark.nn.nonlinearity;

import java.util.List;
import org.e2spark.group.GroupElement;
import org.e2spark.group.InducedOperation;
import org.e2spark.group.Representation;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * Multiplies each subfield of gated induced fields by {@code sigmoid(gate - bias)} of the same
 * tensor; a gate has a channel for each subfield, and the group permutes both alike.
 *
 * <p>Input: (batch, channels, height, width) of gates, which are induced from a trivial
 * representation, and gated fields, induced from the same subgroup; output: the gated fields. Gates
 * follow the gated fields sorted by size, then by the size of their subfields. Each gate has a
 * learnt bias, {@code bias} (1, gates, 1, 1, 1), drawn from a standard normal distribution.
 */
public final class InducedGatedNonLinearity1 extends Gating {

  private static final String WHO = "InducedGatedNonLinearity1";

  private InducedGatedNonLinearity1(Builder builder) {
    super(builder, Subfields.induced(builder.type, InducedOperation.GATED, WHO), 5);
  }

  /** The first half of the fields are the gates, and are dropped. */
  public static InducedGatedNonLinearity1 of(FieldType type) {
    return builder(type).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  private static void checkGate(Representation gate) {
    if (!gate.supports("induced_gate")) {
      throw new FieldTypeException(
          WHO
              + " needs gates that are induced from a trivial representation but was given "
              + gate
              + "; use gspace.quotient(subgroup)");
    }
  }

  /** The group must move the gate's channels as it moves the subfields. */
  private static void checkPair(Representation gate, Representation gated) {
    Subfields subfields = Subfields.induced(gated, InducedOperation.GATED, WHO);
    boolean alike = gate.size() == subfields.count();
    for (GroupElement element : gate.group().testingElements()) {
      alike = alike && movesAlike(gate.at(element), gated.at(element), subfields);
    }
    if (!alike) {
      throw new FieldTypeException(
          Text.format(
              "%s needs gates and gated fields induced from the same subgroup but was given %s and"
                  + " %s",
              WHO, gate, gated));
    }
  }

  private static boolean movesAlike(SimpleMatrix gate, SimpleMatrix gated, Subfields subfields) {
    int n = subfields.subfieldSize();
    for (int i = 0; i < gate.getNumRows(); i++) {
      for (int j = 0; j < gate.getNumCols(); j++) {
        double norm = gated.extractMatrix(i * n, (i + 1) * n, j * n, (j + 1) * n).normF();
        if ((gate.get(i, j) > 0.5) != (norm > 1e-6)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Options. */
  public static final class Builder extends Options<Builder> {

    private Builder(FieldType type) {
      super(type, WHO);
    }

    /**
     * The layer.
     *
     * @throws FieldTypeException if there are not as many gates as gated fields, a gate is not
     *     induced from a trivial representation, or a gated field not from the same subgroup
     */
    public InducedGatedNonLinearity1 build() {
      complete();
      List<Representation> gates =
          type.select(GatedFields.fields(roles, GateRole.GATE)).representations().stream()
              .distinct()
              .toList();
      List<Representation> gated =
          type.select(GatedFields.fields(roles, GateRole.GATED)).representations().stream()
              .distinct()
              .toList();
      gates.forEach(InducedGatedNonLinearity1::checkGate);
      gates.forEach(gate -> gated.forEach(field -> checkPair(gate, field)));
      return new InducedGatedNonLinearity1(this);
    }
  }
}
