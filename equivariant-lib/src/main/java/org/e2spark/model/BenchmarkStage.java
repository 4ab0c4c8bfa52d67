package org.e2spark.model;

import org.e2spark.nn.FieldType;
import org.e2spark.spec.LayerSpec;

/**
 * One convolution of the MNIST benchmark network with all that belongs to it.
 *
 * @param position 1 to 6
 * @param width number of regular fields it would have for a group of 16 elements
 * @param kernel pixels along each side of the kernel
 * @param padding pixels added on each side
 * @param pool window of the maximum pooling that follows, or 1 for none
 */
record BenchmarkStage(int position, int width, int kernel, int padding, int pool) {

  /** How a stage is built; the way a network's fields and nonlinearities are chosen. */
  @FunctionalInterface
  interface Style {
    /** Adds the modules of one stage. */
    void add(SpecChain chain, BenchmarkStage stage, Restriction restriction);
  }

  /** Where a network gives up symmetries: after the convolution of a stage. */
  @FunctionalInterface
  interface Restriction {
    /** None. */
    Restriction NONE = (chain, stage) -> {};

    void apply(SpecChain chain, BenchmarkStage stage);
  }

  boolean isLast() {
    return position == 6;
  }

  boolean isPooled() {
    return pool > 1;
  }

  /** Inner stages have widths that keep the number of parameters alike between groups. */
  boolean isScaled() {
    return position > 1 && !isLast();
  }

  /** The width, divided by the square root of {@code ratio} in inner stages. */
  double width(double ratio) {
    return isScaled() ? width / Math.sqrt(ratio) : width;
  }

  LayerSpec convolution(FieldType out) {
    return SpecChain.convolution(out, kernel).with("padding", padding);
  }

  /** The pooling that follows. */
  LayerSpec pooling(String kind) {
    return LayerSpec.of(kind).with("kernelSize", pool);
  }

  /** Rounds to the nearest whole number, halves to the even one, as Python does. */
  static int rounded(double value) {
    return (int) Math.rint(value);
  }
}
