package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.e2spark.group.Representation;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.ParameterRole;

/**
 * Batch normalisation in irrep space: trivial irreps lose their mean, all are divided by a standard
 * deviation; then irreps are scaled and trivial ones shifted.
 */
abstract class IrrepBatchNorm extends FieldBatchNorm<Representation> {

  private record State(
      IrrepMoments moments, Parameter weight, Parameter bias, Parameter mean, Parameter var) {}

  private final FieldGroups<Representation> groups;
  private final IrrepMoments.Sharing sharing;
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
    IrrepMoments moment = new IrrepMoments(this, group, sharing);
    // PyTorch allows no dots in names of parameters, and angles of axes have them.
    String prefix = representation.name().replace('.', '^');
    Shape scales = new Shape(group.fields(), moment.variances());
    Shape shifts = new Shape(group.fields(), moment.trivials());
    boolean shifted = moment.trivials() > 0;
    states.put(
        representation,
        new State(
            moment,
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
  boolean isPerChannel() {
    return options.tracked()
        && states.values().stream().allMatch(state -> state.moments().isDiagonal());
  }

  @Override
  PlainLayer learn(
      FormArrays arrays, FieldGroups.Group<Representation> group, NDArray x, double momentum) {
    State state = states.get(group.key());
    IrrepMoments moments = state.moments();
    IrrepMoments.Statistics batch = moments.ofBatch(arrays, x);
    if (batch.mean() != null) {
      RunningStatistics.update(arrays.of(state.mean()), batch.mean(), momentum, 1);
    }
    double correction = moments.runningCorrection(x.getShape());
    RunningStatistics.update(arrays.of(state.var()), batch.var(), momentum, correction);
    return moments.normalize(arrays, batch, learnt(arrays, state), options.eps());
  }

  private static IrrepMoments.Learnt learnt(FormArrays arrays, State state) {
    return new IrrepMoments.Learnt(arrays.of(state.weight()), arrays.of(state.bias()));
  }

  @Override
  PlainLayer form(FormArrays arrays, FieldGroups.Group<Representation> group) {
    State state = states.get(group.key());
    IrrepMoments.Learnt learnt = learnt(arrays, state);
    if (!options.tracked()) {
      return state.moments().normalizeByBatch(arrays, learnt, options.eps());
    }
    var running = new IrrepMoments.Statistics(arrays.of(state.mean()), arrays.of(state.var()));
    return state.moments().normalize(arrays, running, learnt, options.eps());
  }
}
