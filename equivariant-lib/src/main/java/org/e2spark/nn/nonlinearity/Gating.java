package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;

/** Multiplies gated fields by gates that are fields of the same tensor. */
abstract class Gating extends PlainModule {

  private final GatedFields fields;
  private final Parameter bias;

  Gating(Options<?> options, IntFunction<Subfields> subfields, int biasAxes) {
    this(options.type, options.outType(), options.roles, options.gates, subfields, biasAxes);
  }

  Gating(
      FieldType type,
      FieldType out,
      List<GateRole> roles,
      GatedFields.Gates gates,
      IntFunction<Subfields> subfields,
      int biasAxes) {
    super(type, out);
    long[] shape = new long[biasAxes];
    java.util.Arrays.fill(shape, 1);
    shape[1] = GatedFields.fields(roles, GateRole.GATE).length;
    this.fields = GatedFields.of(this, type, roles, subfields, gates);
    this.bias = addWeight("bias", new Shape(shape));
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Override
  protected PlainLayer form(FormArrays arrays) {
    return fields.form(arrays, arrays.of(bias));
  }

  /** Options that the gated layers share, with their defaults. */
  abstract static class Options<B extends Options<B>> {

    final FieldType type;
    private final String who;
    List<GateRole> roles;
    GatedFields.Gates gates = GatedFields.Gates.DROPPED;

    Options(FieldType type, String who) {
      this.type = type;
      this.who = who;
    }

    @SuppressWarnings("unchecked") // B is the builder's own type
    private B self() {
      return (B) this;
    }

    /**
     * What each field is for, one role a field, as many gates as gated fields; by default the first
     * half of the fields are gates.
     */
    public B gates(List<GateRole> roles) {
      this.roles = List.copyOf(roles);
      return self();
    }

    /** Gives the gates' factors, {@code sigmoid(gate - bias)}, in the gates' places too. */
    public B keepGates() {
      gates = GatedFields.Gates.KEPT;
      return self();
    }

    void complete() {
      if (roles == null) {
        roles = GateRole.halves(type, who);
      }
      if (roles.size() != type.fields()) {
        throw new IllegalArgumentException(
            "Needs one role per field, " + type.fields() + ", but was given " + roles.size());
      }
      int shut = GatedFields.fields(roles, GateRole.GATE).length;
      if (shut == 0 || 2 * shut != roles.size()) {
        throw new FieldTypeException(
            Text.format(
                "%s needs as many gates as gated fields, at least one, but was given %s gates and %s"
                    + " gated fields",
                who, shut, roles.size() - shut));
      }
    }

    FieldType outType() {
      return gates == GatedFields.Gates.KEPT
          ? type
          : type.select(GatedFields.fields(roles, GateRole.GATED));
    }
  }
}
