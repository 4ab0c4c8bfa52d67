package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.e2spark.group.Representation;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.ParameterRole;

/**
 * Batch normalisation in irrep space: trivial irreps lose their mean, all are divided by a standard
 * deviation; then irreps are scaled and trivial ones shifted.
 */
abstract class IrrepBatchNorm extends FieldBatchNorm<Representation> {

  private record State(Parameter weight, Parameter bias, Parameter mean, Parameter var) {}

  private final FieldGroups<Representation> groups;
  private final IrrepMoments.Sharing sharing;
  private final Map<Representation, IrrepMoments> moments = new HashMap<>();
  private final Map<Representation, State> states = new HashMap<>();

  IrrepBatchNorm(FieldType type, BatchNormOptions options, IrrepMoments.Sharing sharing) {
    super(type, options);
    this.sharing = sharing;
    this.groups =
        FieldGroups.of(
            this,
            type,
            field -> type.representations().get(field),
            Comparator.comparing(Representation::name));
    for (int field = 0; field < type.fields(); field++) {
      requireOneMeaning(type.representations().get(field));
    }
    groups.groups().forEach(this::addState);
  }

  private void requireOneMeaning(Representation representation) {
    for (FieldGroups.Group<Representation> group : groups.groups()) {
      if (group.key().name().equals(representation.name()) && !group.key().equals(representation)) {
        throw new FieldTypeException(
            name()
                + " names its parameters after representations but two different ones are named "
                + representation.name());
      }
    }
  }

  private void addState(FieldGroups.Group<Representation> group) {
    Representation representation = group.key();
    IrrepMoments moment = new IrrepMoments(this, representation, group.fields(), sharing);
    moments.put(representation, moment);
    // PyTorch allows no dots in names of parameters, and angles of axes have them.
    String prefix = representation.name().replace('.', '^');
    Shape scales = new Shape(group.fields(), moment.variances());
    Shape shifts = new Shape(group.fields(), moment.trivials());
    boolean shifted = moment.trivials() > 0;
    states.put(
        representation,
        new State(
            options.affine() ? addWeight(prefix + "_weight", scales) : null,
            options.affine() && shifted ? addWeight(prefix + "_bias", shifts) : null,
            options.tracked() && shifted
                ? addBuffer(prefix + "_running_mean", shifts, ParameterRole.AVERAGED)
                : null,
            options.tracked()
                ? addBuffer(prefix + "_running_var", scales, ParameterRole.AVERAGED)
                : null));
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    String name = parameter.getName();
    Arrays.fill(values, name.endsWith("_weight") || name.endsWith("_running_var") ? 1 : 0);
    return values;
  }

  @Override
  FieldGroups<Representation> groups() {
    return groups;
  }

  @Override
  NDArray normalize(FieldGroups.Group<Representation> group, Pass pass, NDArray x) {
    IrrepMoments moment = moments.get(group.key());
    State state = states.get(group.key());
    NDArray irreps = moment.toIrreps(x);
    NDArray mean = pass.value(state.mean(), x);
    NDArray var = pass.value(state.var(), x);
    boolean ofBatch = pass.mode().isTraining() || !options.tracked();
    if (ofBatch) {
      NDArray runningMean = mean;
      NDArray runningVar = var;
      try (NDArray batch = moment.ofBatch(irreps)) {
        mean = moment.trivials() == 0 ? null : batch.get(":, :" + moment.trivials());
        var = batch.get(":, " + moment.trivials() + ":");
      }
      if (runningMean != null) {
        RunningStatistics.update(runningMean, mean, pass.momentum(), 1);
      }
      if (runningVar != null) {
        double correction = moment.runningCorrection(x.getShape());
        RunningStatistics.update(runningVar, var, pass.momentum(), correction);
      }
    }
    NDArray weight = pass.value(state.weight(), x);
    NDArray bias = pass.value(state.bias(), x);
    NDArray normalized =
        moment.normalize(irreps, new IrrepMoments.Statistics(mean, var, weight, bias), options);
    NDArray y = moment.fromIrreps(normalized);
    release(irreps, x);
    release(normalized, y);
    if (ofBatch) {
      var.close();
      if (mean != null) {
        mean.close();
      }
    }
    return y;
  }

  private static void release(NDArray array, NDArray kept) {
    if (array != kept) {
      array.close();
    }
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    var form = new IrrepNormPlainForm(inType().size(), sharing);
    for (FieldGroups.Group<Representation> group : groups.groups()) {
      IrrepMoments moment = moments.get(group.key());
      State state = states.get(group.key());
      double[] mean = values(state.mean(), group.fields() * moment.trivials(), 0);
      double[] bias = values(state.bias(), group.fields() * moment.trivials(), 0);
      double[] scale = values(state.weight(), group.fields() * moment.variances(), 1);
      if (options.tracked()) {
        double[] variance = PlainArrays.values(state.var().getArray());
        Arrays.setAll(scale, i -> scale[i] / Math.sqrt(variance[i] + options.eps()));
      }
      List<long[]> fields = FieldGroups.fields(group);
      for (int field = 0; field < fields.size(); field++) {
        double[] scales = part(scale, field, moment.variances());
        double[] shifts = part(bias, field, moment.trivials());
        double[] means = part(mean, field, moment.trivials());
        form.add(group.key(), fields.get(field), scales, shifts, means);
      }
    }
    return options.tracked() ? form.ofFactors(arrays) : form.ofBatch(arrays, options.eps());
  }

  private static double[] part(double[] values, int field, int size) {
    return Arrays.copyOfRange(values, field * size, (field + 1) * size);
  }

  private static double[] values(Parameter parameter, int size, double otherwise) {
    if (parameter != null) {
      return PlainArrays.values(parameter.getArray());
    }
    double[] values = new double[size];
    Arrays.fill(values, otherwise);
    return values;
  }
}
