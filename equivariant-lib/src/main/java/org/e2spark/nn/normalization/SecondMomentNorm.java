package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.e2spark.group.Representation;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.Moments;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.FormArrays;
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

  /**
   * @param average for batches: whose mean squares the variance of a channel is the mean of
   * @param samples for batches: independent entries a pixel of a field
   */
  private record State(
      Parameter weight, Parameter runningVar, Constant average, Constant samples) {}

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
                  : null,
              options.tracked() ? null : average(group),
              options.tracked() ? null : samples(group)));
    }
  }

  private Constant average(FieldGroups.Group<Subfields> group) {
    int size = group.fieldSize();
    double[] average = new double[size * size];
    Arrays.fill(average, 1.0 / size);
    return ofFields(group, average);
  }

  private Constant samples(FieldGroups.Group<Subfields> group) {
    double[] samples = new double[group.fields() * group.fieldSize()];
    Arrays.fill(samples, group.key().count());
    return constant(samples, new Shape(samples.length));
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
  boolean isPerChannel() {
    return options.tracked();
  }

  @Override
  PlainLayer learn(
      FormArrays arrays, FieldGroups.Group<Subfields> group, NDArray x, double momentum) {
    Shape shape = x.getShape();
    long samples = shape.get(0) * group.key().count() * shape.get(2) * shape.get(3);
    NDArray running = arrays.of(states.get(group.key()).runningVar());
    try (NDArray batch = TorchFunction.of("x", meanSquare(group)).apply(x.getManager(), x)) {
      RunningStatistics.update(running, batch, momentum, RunningStatistics.bessel(samples));
    }
    return form(arrays, group);
  }

  private static String meanSquare(FieldGroups.Group<Subfields> group) {
    return Text.format(
        "torch.mean(torch.square(torch.unflatten(torch.detach(x), 1, [%d, %d])), [0, 2, 3, 4],"
            + " False)",
        group.fields(), group.fieldSize());
  }

  @Override
  PlainLayer form(FormArrays arrays, FieldGroups.Group<Subfields> group) {
    State state = states.get(group.key());
    NDArray weight = arrays.of(state.weight());
    NDArray scale =
        options.tracked()
            ? RunningStatistics.scale(arrays, arrays.of(state.runningVar()), weight, options.eps())
            : weight;
    PlainLayer scaled =
        scale == null
            ? Sequence.IDENTITY
            : new Affine(FieldGroups.perChannel(arrays, group, scale), null);
    return options.tracked()
        ? scaled
        : Sequence.of(
            new Moments(
                null, arrays.of(state.average()), arrays.of(state.samples()), options.eps()),
            scaled);
  }
}
