package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.Mode;

/**
 * A way to compute a steerable convolution from images and weights: by expanding the filter and
 * convolving with it ({@link DenseEvaluation}, the default), or by any other that gives the same
 * numbers but for rounding. Ways differ in cost alone, so nothing of them is saved with a network.
 *
 * <p>A layer takes another one by {@link SteerableConvolution#evaluateBy}. What is to be computed
 * is said by the layer: {@link SteerableConvolution#inType()}, {@link
 * SteerableConvolution#outType()}, {@link SteerableConvolution#weightBlocks()} (what each weight
 * multiplies), {@link SteerableConvolution#geometry()} (how the filter moves). Where an evaluation
 * has nothing better, such as for images of some size, it may call {@link
 * SteerableConvolution#dense()}.
 */
public interface SteerableEvaluation extends AutoCloseable {

  /** Makes the evaluation of a layer. */
  @FunctionalInterface
  interface Factory {

    /**
     * The evaluation of one layer.
     *
     * @param layer wholly built but for its evaluation, initialised or not; keeps constants for the
     *     evaluation by {@link SteerableConvolution#constant}
     * @throws IllegalArgumentException if the layer cannot be evaluated this way, saying why
     */
    SteerableEvaluation of(SteerableConvolution layer);
  }

  /**
   * Computes the layer. Several threads may call it at once in evaluation, and one in training.
   *
   * <p>If {@link Mode#isTraining()} and operations are recorded ({@link
   * org.e2spark.torch.Autograd#isRecording}), the result must be differentiable in {@code x},
   * {@code weights} and {@code shift}, each where it requires a gradient: by operations of the
   * engine, or by {@link org.e2spark.torch.Autograd#function} or {@link
   * org.e2spark.torch.Autograd#standIn} where there is an {@link
   * org.e2spark.torch.Autograd#current()} scope. Another collector of gradients, such as DJL's,
   * knows operations of the engine only.
   *
   * @param x (batch, inType().size(), height, width); must not be written to
   * @param weights (weights), the parameter itself; it is the same array, at another {@link
   *     org.e2spark.torch.Ops#version}, after an update in place
   * @param shift (outType().size()), added to every pixel, or null; closed by the caller
   * @return (batch, outType().size(), h, w), owned by the manager of {@code x}
   */
  NDArray apply(NDArray x, NDArray weights, NDArray shift, Mode mode);

  /**
   * The layer in plain form, computed this way, for images of the size that it was initialised
   * with; empty, as by default, if it has none but that of the dense filter.
   *
   * @param shift (outType().size()), or null
   */
  default Optional<PlainLayer> plainForm(PlainArrays arrays, NDArray shift) {
    return Optional.empty();
  }

  /** Frees what is kept between calls; calls afterwards compute it anew. */
  @Override
  void close();
}
