package org.e2spark.nn.convolution;

import java.util.function.Consumer;
import org.e2spark.init.WeightInit;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Size2d;
import org.e2spark.torch.Ops;

/**
 * The options that steerable convolutions and differential operators share; all have defaults.
 *
 * @param <O> the options of the kernels or operators that the layer mixes
 */
public abstract class SteerableBuilder<B extends SteerableBuilder<B, O>, O> {

  final FieldType in;
  final FieldType out;
  Size2d padding = Size2d.of(0);
  Size2d stride = Size2d.of(1);
  int dilation = 1;
  int groups = 1;
  Ops.Border border = Ops.Border.ZEROS;
  SteerableConvolution.Bias bias = SteerableConvolution.Bias.LEARNT;
  WeightInit initialization = WeightInit.GENERALIZED_HE;
  Evaluation evaluation = Evaluation.standard();
  final O basis;

  SteerableBuilder(FieldType in, FieldType out, O basis) {
    if (!in.gspace().equals(out.gspace())) {
      throw new FieldTypeException(
          "A convolution needs fields over one space but was given " + in + " and " + out);
    }
    this.in = in;
    this.out = out;
    this.basis = basis;
  }

  @SuppressWarnings("unchecked") // B is the builder's own type
  final B self() {
    return (B) this;
  }

  /** Pixels added on each side; 0 by default. */
  public B padding(int value) {
    return padding(Size2d.of(value));
  }

  /** Rows added above and below, columns added left and right; 0 by default. */
  public B padding(Size2d value) {
    padding = value;
    return self();
  }

  /** Steps between outputs; 1 by default. */
  public B stride(int value) {
    return stride(Size2d.of(value));
  }

  /** Steps between outputs; 1 by default. */
  public B stride(Size2d value) {
    stride = value;
    return self();
  }

  /** Distance of neighbouring pixels of the kernel; 1 by default. */
  public B dilation(int value) {
    dilation = value;
    return self();
  }

  /** Equal groups of fields that are convolved apart from each other; 1 by default. */
  public B groups(int value) {
    groups = value;
    return self();
  }

  /** Leaves out the learnt shift of the output's trivial irreps. */
  public B noBias() {
    bias = SteerableConvolution.Bias.NONE;
    return self();
  }

  /**
   * Sets options of the basis of kernels or operators that the layer mixes; its dilation is the
   * layer's.
   */
  public B basis(Consumer<O> options) {
    options.accept(basis);
    return self();
  }

  /**
   * How the layer computes its output: dense by default, or as the system property {@link
   * Evaluation#PROPERTY} says. Results do not depend on it but for rounding.
   */
  public B evaluation(Evaluation value) {
    evaluation = value;
    return self();
  }

  /** How the weights start; generalised He by default. */
  public B initialization(WeightInit value) {
    initialization = value;
    return self();
  }

  FilterGeometry geometry(int kernelSize) {
    return new FilterGeometry(kernelSize, padding, stride, dilation, border, groups);
  }

  FieldType groupedIn() {
    return SteerableConvolution.firstGroup(in, groups, "input");
  }

  FieldType groupedOut() {
    return SteerableConvolution.firstGroup(out, groups, "output");
  }
}
