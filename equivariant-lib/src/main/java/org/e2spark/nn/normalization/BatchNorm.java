package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.BatchNormalization;
import org.e2spark.interchange.HasPlainForm;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.HasParameterRoles;
import org.e2spark.nn.Mode;
import org.e2spark.nn.ParameterRole;
import org.e2spark.torch.Ops;
import org.e2spark.torch.TorchFunction;

/**
 * Batch normalisation over the second axis: {@code y = (x - mean) / sqrt(var + eps) * weight +
 * bias}, with the mean and variance of the batch when training and the running ones otherwise (<a
 * href="https://arxiv.org/abs/1502.03167">Ioffe and Szegedy 2015</a>).
 *
 * <p>Input and output: (batch, channels, ...), any number of axes. Parameters are named as PyTorch
 * names them: {@code weight}, {@code bias}, {@code running_mean}, {@code running_var}, and for
 * cumulative averages {@code num_batches_tracked}.
 */
public final class BatchNorm extends AbstractBlock implements HasPlainForm, HasParameterRoles {

  private final int channels;
  private final double eps;
  private final double momentum;
  private final Parameter weight;
  private final Parameter bias;
  private final Parameter runningMean;
  private final Parameter runningVar;
  private final Parameter count;

  /** With the usual numbers: {@code eps} 1e-5, momentum 0.1, scale and shift learnt. */
  public static BatchNorm of(int channels) {
    return new BatchNorm(channels, BatchNormOptions.DEFAULT);
  }

  /**
   * With other numbers, or without a learnt scale and shift.
   *
   * @param channels the size of the second axis
   */
  public BatchNorm(int channels, BatchNormOptions options) {
    this.channels = channels;
    this.eps = options.eps();
    this.momentum = options.momentum();
    Shape shape = new Shape(channels);
    this.weight = options.affine() ? parameter("weight", Parameter.Type.GAMMA, shape) : null;
    this.bias = options.affine() ? parameter("bias", Parameter.Type.BETA, shape) : null;
    this.runningMean =
        options.tracked() ? parameter("running_mean", Parameter.Type.RUNNING_MEAN, shape) : null;
    this.runningVar =
        options.tracked() ? parameter("running_var", Parameter.Type.RUNNING_VAR, shape) : null;
    // Of that type because it starts at zero.
    this.count =
        options.cumulative()
            ? parameter(RunningStatistics.COUNT, Parameter.Type.RUNNING_MEAN, new Shape())
            : null;
  }

  private Parameter parameter(String name, Parameter.Type type, Shape shape) {
    boolean learnt = type == Parameter.Type.GAMMA || type == Parameter.Type.BETA;
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(type)
            .optShape(shape)
            .optRequiresGrad(learnt)
            .build());
  }

  @Override
  public ParameterRole role(Parameter parameter) {
    if (parameter == count) {
      return ParameterRole.COUNTED;
    }
    return parameter == weight || parameter == bias
        ? ParameterRole.TRAINED
        : ParameterRole.AVERAGED;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    return new NDList(compute(store, x, Mode.of(training)));
  }

  NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    if (!mode.isTraining()) {
      int axes = x.getShape().dimension() - 1;
      return FormArrays.pass(store, x, mode, arrays -> form(arrays, axes));
    }
    var arrays =
        new Ops.Normalized(
            value(store, weight, x),
            value(store, bias, x),
            value(store, runningMean, x),
            value(store, runningVar, x));
    return count == null
        ? Ops.normalizeByBatch(x, arrays, momentum, eps)
        : Ops.normalizeByBatch(x, arrays, value(store, count, x), eps);
  }

  private static NDArray value(ParameterStore store, Parameter parameter, NDArray x) {
    return parameter == null ? null : store.getValue(parameter, x.getDevice(), true);
  }

  /** What it multiplies by at evaluation, if it remembers statistics: (channels). */
  NDArray scale(FormArrays arrays) {
    return RunningStatistics.scale(arrays, arrays.of(runningVar), arrays.of(weight), eps);
  }

  /** What it adds then: (channels). */
  NDArray shift(FormArrays arrays) {
    return RunningStatistics.shift(arrays, arrays.of(runningMean), arrays.of(bias), scale(arrays));
  }

  /** By the statistics of the batch, shared by runs of channels. */
  PlainLayer ofBatch(FormArrays arrays, int size) {
    return new BatchNormalization(channels, size, arrays.of(weight), arrays.of(bias), eps);
  }

  /**
   * @param axes of the input, without the batch's
   */
  private PlainLayer form(FormArrays arrays, int axes) {
    if (runningMean == null) {
      return ofBatch(arrays, 1);
    }
    var shaped = TorchFunction.of("v", "torch.reshape(v, [-1" + ", 1".repeat(axes - 1) + "])");
    return new Affine(arrays.derived(shaped, scale(arrays)), arrays.derived(shaped, shift(arrays)));
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    boolean vectors = inputShapes != null && inputShapes[0].dimension() == 2;
    return form(FormArrays.copies(arrays), vectors ? 1 : 3);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
