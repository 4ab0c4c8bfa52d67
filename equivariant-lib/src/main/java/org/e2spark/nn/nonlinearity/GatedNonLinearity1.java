package org.e2spark.nn.nonlinearity;

import java.util.List;
import org.e2spark.group.Representation;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;

/**
 * Multiplies each gated field by {@code sigmoid(gate - bias)} of a trivial field of the same tensor
 * (Weiler et al., "3D Steerable CNNs", 2018).
 *
 * <p>Input: (batch, channels, height, width) of gates and gated fields; output: the gated fields.
 * Gates follow the gated fields sorted by size, smallest first, equal sizes as they are: the k-th
 * gate opens the k-th of those. Each gate has a learnt bias, {@code bias} (1, gates, 1, 1), drawn
 * from a standard normal distribution.
 */
public final class GatedNonLinearity1 extends Gating {

  private GatedNonLinearity1(Builder builder) {
    super(builder, Subfields.whole(builder.type), 4);
  }

  /** The first half of the fields are the gates, and are dropped. */
  public static GatedNonLinearity1 of(FieldType type) {
    return builder(type).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  /**
   * @throws FieldTypeException if a gate is not trivial, or a gated field does not support "gated"
   */
  static void check(Representation representation, GateRole role, String who) {
    if (role == GateRole.GATE && !representation.isTrivial()) {
      throw new FieldTypeException(
          who + " needs trivial fields as gates but was given " + representation);
    }
    if (role == GateRole.GATED && !representation.supports("gated")) {
      throw new FieldTypeException(
          Text.format(
              "%s needs gated fields that support \"gated\" operations but was given %s, which"
                  + " supports %s",
              who, representation, representation.supportedNonlinearities()));
    }
  }

  /** Options. */
  public static final class Builder extends Options<Builder> {

    private Builder(FieldType type) {
      super(type, "GatedNonLinearity1");
    }

    /**
     * The layer.
     *
     * @throws FieldTypeException if there are not as many gates as gated fields, a gate is not
     *     trivial, or a gated field does not support "gated" operations
     */
    public GatedNonLinearity1 build() {
      complete();
      List<Representation> representations = type.representations();
      for (int i = 0; i < roles.size(); i++) {
        check(representations.get(i), roles.get(i), "GatedNonLinearity1");
      }
      return new GatedNonLinearity1(this);
    }
  }
}
