package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.Mode;

/**
 * Batch normalisation of groups of fields that have one kind of statistics.
 *
 * @param <K> what the fields of a group have in common
 */
abstract class FieldBatchNorm<K> extends EquivariantModule {

  final BatchNormOptions options;
  private final RunningStatistics running;

  FieldBatchNorm(FieldType type, BatchNormOptions options) {
    super(type, type);
    this.options = options;
    this.running = new RunningStatistics(this, options);
  }

  abstract FieldGroups<K> groups();

  /**
   * What training on a batch does to the fields of a group, after it has moved the running
   * statistics.
   *
   * @param x (batch, fields x size, height, width)
   * @param momentum the share by which they move
   */
  abstract PlainLayer learn(
      FormArrays arrays, FieldGroups.Group<K> group, NDArray x, double momentum);

  /** What is done to the fields of a group by what is known of them. */
  abstract PlainLayer form(FormArrays arrays, FieldGroups.Group<K> group);

  /** Whether what is done is a scale and a shift of each channel. */
  abstract boolean isPerChannel();

  private PlainLayer form(FormArrays arrays) {
    return isPerChannel()
        ? groups().affine(arrays, group -> (Affine) form(arrays, group))
        : groups().form(arrays, FieldGroups.Output.CHANNELS, group -> form(arrays, group));
  }

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    if (!mode.isTraining() || !options.tracked()) {
      return FormArrays.pass(store, x, mode, this::form);
    }
    double momentum = running.momentum(store, x, mode);
    return groups()
        .map(
            x,
            FieldGroups.Output.CHANNELS,
            (group, fields) ->
                FormArrays.pass(
                    store, fields, mode, arrays -> learn(arrays, group, fields, momentum)));
  }

  @Override
  public final PlainLayer plainForm(PlainArrays arrays) {
    return form(FormArrays.copies(arrays));
  }

  /** A matrix that does to each of some fields what a matrix of a field does. */
  final Constant ofFields(FieldGroups.Group<K> group, double[] field) {
    int size = group.fieldSize();
    int channels = group.fields() * size;
    double[] all = new double[channels * channels];
    for (int i = 0; i < channels; i++) {
      System.arraycopy(field, i % size * size, all, i * channels + i / size * size, size);
    }
    return constant(all, new Shape(channels, channels));
  }
}
