package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.torch.Ops;

/**
 * Where a pooling layer looks.
 *
 * @param kernel the window's size
 * @param stride steps between windows
 * @param padding rows and columns outside the image on each side that windows may cover
 * @param dilation steps between the entries of a window
 * @param rounding what happens to a last window that is not wholly inside
 */
record PoolingWindow(
    Size2d kernel, Size2d stride, Size2d padding, Size2d dilation, Ops.Rounding rounding) {

  PoolingWindow {
    kernel.atLeast(1, "kernel size");
    stride.atLeast(1, "stride");
    padding.atLeast(0, "padding");
    dilation.atLeast(1, "dilation");
    if (2 * padding.height() > kernel.height() || 2 * padding.width() > kernel.width()) {
      throw new IllegalArgumentException(
          "Invalid padding: "
              + padding
              + " (must be at most half of the kernel size "
              + kernel
              + ")");
    }
  }

  /** The same window at every position. */
  PoolingWindow dense() {
    return new PoolingWindow(kernel, Size2d.of(1), padding, dilation, rounding);
  }

  Ops.Window asWindow() {
    return new Ops.Window(
        kernel.height(),
        kernel.width(),
        stride.height(),
        stride.width(),
        padding.height(),
        padding.width(),
        dilation.height(),
        dilation.width(),
        rounding);
  }

  Shape outputShape(Shape input) {
    return new Shape(
        input.get(0),
        input.get(1),
        extent(input.get(2), kernel.height(), stride.height(), padding.height(), dilation.height()),
        extent(input.get(3), kernel.width(), stride.width(), padding.width(), dilation.width()));
  }

  /** Whether the windows along an axis, 2 or 3, end as far from the image's edge as they begin. */
  boolean isCentred(Shape input, int axis) {
    return axis == 2
        ? span(input.get(2), kernel.height(), padding.height(), dilation.height()) % stride.height()
            == 0
        : span(input.get(3), kernel.width(), padding.width(), dilation.width()) % stride.width()
            == 0;
  }

  private static long span(long size, int k, int p, int d) {
    return size + 2L * p - (long) d * (k - 1) - 1;
  }

  private long extent(long size, int k, int s, int p, int d) {
    long span = span(size, k, p, d);
    if (span < 0) {
      throw new IllegalArgumentException(
          "Image of " + size + " pixels is smaller than the pooling window of " + k);
    }
    long windows = span / s + 1;
    if (rounding == Ops.Rounding.CEIL && span % s != 0 && windows * s < size + p) {
      windows++;
    }
    return windows;
  }

  /** Options that the pooling layers share, with their defaults. */
  abstract static class Builder<B extends Builder<B>> {

    final FieldType type;
    private Size2d kernel;
    private Size2d stride;
    private Size2d padding = Size2d.of(0);
    private Size2d dilation = Size2d.of(1);
    private Ops.Rounding rounding = Ops.Rounding.FLOOR;

    Builder(FieldType type) {
      this.type = type;
    }

    abstract B self();

    /** The window's height and width. */
    public B kernelSize(int size) {
      return kernelSize(Size2d.of(size));
    }

    /** The window's height and width. */
    public B kernelSize(Size2d size) {
      kernel = size;
      return self();
    }

    /** Steps between windows; by default the kernel size. */
    public B stride(int size) {
      return stride(Size2d.of(size));
    }

    /** Steps between windows; by default the kernel size. */
    public B stride(Size2d size) {
      stride = size;
      return self();
    }

    /** Rows and columns outside the image on each side that windows may cover; 0 by default. */
    public B padding(int size) {
      return padding(Size2d.of(size));
    }

    /** Rows and columns outside the image on each side that windows may cover; 0 by default. */
    public B padding(Size2d size) {
      padding = size;
      return self();
    }

    final B dilate(Size2d size) {
      dilation = size;
      return self();
    }

    /** Keeps a last window that is only partly inside; by default it is dropped. */
    public B ceilMode() {
      rounding = Ops.Rounding.CEIL;
      return self();
    }

    PoolingWindow window() {
      if (kernel == null) {
        throw new IllegalStateException("The kernel size must be set");
      }
      return new PoolingWindow(
          kernel, stride == null ? kernel : stride, padding, dilation, rounding);
    }
  }

  /** Options of poolings that take maxima. */
  abstract static class OfMaximum<B extends OfMaximum<B>> extends Builder<B> {

    OfMaximum(FieldType type) {
      super(type);
    }

    /** Steps between the entries of a window; 1 by default. */
    public B dilation(int size) {
      return dilation(Size2d.of(size));
    }

    /** Steps between the entries of a window; 1 by default. */
    public B dilation(Size2d size) {
      return dilate(size);
    }
  }
}
