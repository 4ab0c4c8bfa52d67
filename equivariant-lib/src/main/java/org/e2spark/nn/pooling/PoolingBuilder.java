package org.e2spark.nn.pooling;

import java.util.function.Function;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.text.Text;
import org.e2spark.torch.Window;

/** Options that the pooling layers share, with their defaults. */
public abstract class PoolingBuilder<B extends PoolingBuilder<B, L>, L> {

  final FieldType type;
  private final Function<B, L> layer;
  private Size2d kernel;
  private Size2d stride;
  private Size2d padding = Size2d.of(0);
  private Size2d dilation = Size2d.of(1);
  private Window.Rounding rounding = Window.Rounding.FLOOR;

  PoolingBuilder(FieldType type, Function<B, L> layer) {
    this.type = type;
    this.layer = layer;
  }

  @SuppressWarnings("unchecked") // B is the builder's own type
  private B self() {
    return (B) this;
  }

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
    rounding = Window.Rounding.CEIL;
    return self();
  }

  /**
   * The layer.
   *
   * @throws org.e2spark.nn.FieldTypeException if it does not commute with a field's representation
   */
  public L build() {
    return layer.apply(self());
  }

  Window window() {
    if (kernel == null) {
      throw new IllegalStateException("The kernel size must be set");
    }
    Size2d steps = stride == null ? kernel : stride;
    kernel.atLeast(1, "kernel size");
    steps.atLeast(1, "stride");
    padding.atLeast(0, "padding");
    dilation.atLeast(1, "dilation");
    if (2 * padding.height() > kernel.height() || 2 * padding.width() > kernel.width()) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid padding: %s (must be at most half of the kernel size %s)", padding, kernel));
    }
    return new Window(
        kernel.asShape(), steps.asShape(), padding.asShape(), dilation.asShape(), rounding);
  }

  /** Options of poolings that take maxima. */
  public abstract static class OfMaximum<B extends OfMaximum<B, L>, L>
      extends PoolingBuilder<B, L> {

    OfMaximum(FieldType type, Function<B, L> layer) {
      super(type, layer);
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
