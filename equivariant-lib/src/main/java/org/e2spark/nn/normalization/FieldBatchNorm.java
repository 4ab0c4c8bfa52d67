package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;

/**
 * Batch normalisation of groups of fields that have one kind of statistics.
 *
 * @param <K> what the fields of a group have in common
 */
abstract class FieldBatchNorm<K> extends EquivariantModule {

  /**
   * A pass through the module.
   *
   * @param momentum the share by which running statistics move; 0 if they stay
   */
  record Pass(ParameterStore store, Mode mode, double momentum) {

    /** A parameter's array on the device of {@code x}; null for no parameter. */
    NDArray value(Parameter parameter, NDArray x) {
      return parameter == null ? null : EquivariantModule.value(store, parameter, x, mode);
    }
  }

  final BatchNormOptions options;
  private final RunningStatistics running;

  FieldBatchNorm(FieldType type, BatchNormOptions options) {
    super(type, type);
    this.options = options;
    this.running = new RunningStatistics(this, options);
  }

  abstract FieldGroups<K> groups();

  /**
   * Normalises the fields of a group.
   *
   * @param x (batch, fields x size, height, width)
   * @return a new array
   */
  abstract NDArray normalize(FieldGroups.Group<K> group, Pass pass, NDArray x);

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    double momentum = mode.isTraining() ? running.momentum(store, x, mode) : 0;
    var pass = new Pass(store, mode, momentum);
    return groups()
        .map(x, FieldGroups.Output.CHANNELS, (group, fields) -> normalize(group, pass, fields));
  }
}
