package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.e2spark.group.Representation;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Moments;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.ParameterRole;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * Divides fields of mean zero by the square root of their mean squared entry.
 *
 * <p>The variance is the running one, moved by the batch before it is used, in training too; no
 * gradient passes through it. Without running statistics it is the batch's.
 */
abstract class SecondMomentNorm extends FieldBatchNorm<Subfields> {

  private record State(Parameter weight, Parameter runningVar) {}

  private final FieldGroups<Subfields> groups;
  private final Map<Subfields, State> states = new LinkedHashMap<>();

  /**
   * @param axes of the parameters, all of them 1 but the second
   */
  SecondMomentNorm(
      FieldType type,
      BatchNormOptions options,
      IntFunction<Subfields> subfields,
      Function<Subfields, String> label,
      int axes) {
    super(type, options);
    for (Representation representation : type.representations()) {
      if (representation.containsTrivial()) {
        throw new FieldTypeException(
            name()
                + " needs fields of mean zero, without a trivial irrep, but was given "
                + representation
                + "; use GNormBatchNorm or IIDBatchNorm");
      }
      FieldTypeException.checkOrthonormal(representation, name());
    }
    this.groups = FieldGroups.of(this, type, subfields, Subfields.ORDER);
    for (FieldGroups.Group<Subfields> group : groups.groups()) {
      long[] shape = new long[axes];
      Arrays.fill(shape, 1);
      shape[1] = group.fields();
      String prefix = label.apply(group.key());
      states.put(
          group.key(),
          new State(
              options.affine() ? addWeight(prefix + "_weight", new Shape(shape)) : null,
              options.tracked()
                  ? addBuffer(prefix + "_running_var", new Shape(shape), ParameterRole.AVERAGED)
                  : null));
    }
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    Arrays.fill(values, parameter.getName().equals(RunningStatistics.COUNT) ? 0 : 1);
    return values;
  }

  @Override
  FieldGroups<Subfields> groups() {
    return groups;
  }

  @Override
  NDArray normalize(FieldGroups.Group<Subfields> group, Pass pass, NDArray x) {
    State state = states.get(group.key());
    NDArray kept = pass.value(state.runningVar(), x);
    NDArray batch = null;
    if (pass.mode().isTraining() || kept == null) {
      batch = TorchFunction.of("x", meanSquare(group)).apply(x.getManager(), x);
      Shape shape = x.getShape();
      double correction =
          RunningStatistics.bessel(
              shape.get(0) * group.key().count() * shape.get(2) * shape.get(3));
      if (kept == null) {
        batch.muli(correction);
      } else {
        RunningStatistics.update(kept, batch, pass.momentum(), correction);
      }
    }
    NDArray var = kept == null ? batch : kept;
    NDArray y =
        state.weight() == null
            ? scale(group, "1.", "x, var").apply(x.getManager(), x, var)
            : scale(group, "torch.reshape(weight, [1, -1, 1, 1, 1])", "x, var, weight")
                .apply(x.getManager(), x, var, pass.value(state.weight(), x));
    if (batch != null) {
      batch.close();
    }
    return y;
  }

  private static String meanSquare(FieldGroups.Group<Subfields> group) {
    return Text.format(
        "torch.mean(torch.square(torch.unflatten(torch.detach(x), 1, [%d, %d])), [0, 2, 3, 4], False)",
        group.fields(), group.fieldSize());
  }

  private TorchFunction scale(
      FieldGroups.Group<Subfields> group, String weight, String parameters) {
    return TorchFunction.of(
        parameters,
        List.of(
            Text.format("f = torch.unflatten(x, 1, [%d, %d])", group.fields(), group.fieldSize()),
            Text.format("s = torch.rsqrt(torch.add(var, %.17g))", options.eps()),
            "s = torch.mul(torch.reshape(s, [1, -1, 1, 1, 1]), " + weight + ")"),
        "torch.flatten(torch.mul(f, s), 1, 2)");
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    double[] scale = new double[inType().size()];
    double[] samples = new double[inType().size()];
    double[] average = new double[inType().size() * inType().size()];
    for (FieldGroups.Group<Subfields> group : groups.groups()) {
      State state = states.get(group.key());
      double[] weight =
          state.weight() == null ? null : PlainArrays.values(state.weight().getArray());
      double[] variance =
          options.tracked() ? PlainArrays.values(state.runningVar().getArray()) : null;
      List<long[]> fields = FieldGroups.fields(group);
      for (int field = 0; field < fields.size(); field++) {
        double factor = weight == null ? 1 : weight[field];
        for (long channel : fields.get(field)) {
          samples[(int) channel] = group.key().count();
          scale[(int) channel] =
              variance == null ? factor : factor / Math.sqrt(variance[field] + options.eps());
          for (long other : fields.get(field)) {
            average[(int) (channel * inType().size() + other)] = 1.0 / group.fieldSize();
          }
        }
      }
    }
    PlainLayer scaled = new Affine(arrays.perChannel(scale), null);
    Shape square = new Shape(inType().size(), inType().size());
    return options.tracked()
        ? scaled
        : Sequence.of(
            new Moments(
                null,
                arrays.of(average, square),
                arrays.of(samples, new Shape(samples.length)),
                options.eps()),
            scaled);
  }
}
