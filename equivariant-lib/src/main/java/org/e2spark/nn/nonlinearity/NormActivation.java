package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.ParameterRole;
import org.e2spark.nn.PlainFields;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * Changes the length of every subfield and keeps its direction: {@code f · σ(|f| - b) / |f|}, zero
 * where {@code |f| <= eps}, with one bias {@code b = exp(log_bias)} a field.
 */
abstract class NormActivation extends EquivariantModule {

  private static final float EPS = 1e-10f;

  private final FieldGroups<Subfields> groups;
  private final NormFunction function;
  private final Parameter logBias;
  private final Parameter eps;

  /**
   * @param biasShape of as many values as there are fields, or null for no bias
   */
  NormActivation(
      FieldType type, IntFunction<Subfields> subfields, NormFunction function, Shape biasShape) {
    super(type, type);
    this.groups = FieldGroups.of(this, type, subfields, Subfields.ORDER);
    this.function = function;
    this.logBias = biasShape == null ? null : addWeight("log_bias", biasShape);
    this.eps = addBuffer("eps", new Shape(), ParameterRole.CONSTANT);
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    return parameter == eps ? new float[] {EPS} : new float[Math.toIntExact(shape.size())];
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray smallest = value(store, eps, x, mode);
    NDArray bias = logBias == null ? null : value(store, logBias, x, mode);
    return groups.map(
        x,
        FieldGroups.Output.CHANNELS,
        (group, fields) ->
            bias == null
                ? function(group, false).apply(x.getManager(), fields, smallest)
                : function(group, true).apply(x.getManager(), fields, smallest, bias));
  }

  private TorchFunction function(FieldGroups.Group<Subfields> group, boolean biased) {
    Subfields subfields = group.key();
    List<String> statements = new ArrayList<>();
    statements.add(
        Text.format(
            "f = torch.unflatten(x, 1, [%d, %d, %d])",
            group.fields(), subfields.count(), subfields.subfieldSize()));
    statements.add("norm = torch.norm(f, 2, [3], True)");
    statements.add("none = torch.le(norm, eps)");
    // A harmless length instead of zero: masking the quotient alone would leave NaN gradients.
    statements.add("norm = torch.masked_fill(norm, none, 1.)");
    if (biased) {
      statements.add(
          Text.format(
              "b = torch.exp(torch.narrow(torch.reshape(bias, [-1]), 0, %d, %d))",
              group.first(), group.fields()));
      statements.add("t = torch.sub(norm, torch.reshape(b, [1, -1, 1, 1, 1, 1]))");
    } else {
      statements.add("t = norm");
    }
    statements.add(Text.format("scale = torch.div(%s, norm)", function.expression()));
    statements.add("scale = torch.masked_fill(scale, none, 0.)");
    return TorchFunction.of(
        biased ? "x, eps, bias" : "x, eps", statements, "torch.flatten(torch.mul(f, scale), 1, 3)");
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    double[] biases = logBias == null ? null : PlainArrays.values(logBias.getArray());
    double smallest = PlainArrays.values(eps.getArray())[0];
    List<long[]> subfields = new ArrayList<>();
    List<Double> shifts = new ArrayList<>();
    for (FieldGroups.Group<Subfields> group : groups.groups()) {
      subfields.addAll(PlainFields.split(FieldGroups.fields(group), group.key().subfieldSize()));
      for (int i = 0; biases != null && i < group.fields(); i++) {
        double shift = -Math.exp(biases[group.first() + i]);
        shifts.addAll(Collections.nCopies(group.key().count(), shift));
      }
    }
    double[] shift = shifts.stream().mapToDouble(Double::doubleValue).toArray();
    PlainLayer changed =
        biases == null
            ? function.plainForm()
            : Sequence.of(new Affine(null, arrays.perChannel(shift)), function.plainForm());
    return Branches.product(
        Sequence.IDENTITY,
        Sequence.of(
            PlainFields.norms(arrays, subfields),
            Branches.product(
                changed,
                Sequence.of(
                    new Elementwise(Elementwise.Function.AT_LEAST, smallest),
                    Elementwise.of(Elementwise.Function.RECIPROCAL)),
                new Elementwise(Elementwise.Function.GREATER, smallest)),
            PlainFields.spread(arrays, subfields)));
  }
}
