package org.e2spark.torch;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.e2spark.text.Text;

/**
 * The places of a filter or a pooling on an image; shapes are (vertical, horizontal).
 *
 * @param kernel pixels that it looks at
 * @param stride steps between places
 * @param padding rows and columns outside the image on each side that it may cover
 * @param dilation distance of neighbouring pixels that it looks at
 * @param rounding what happens to a last place that is not wholly inside
 */
public record Window(Shape kernel, Shape stride, Shape padding, Shape dilation, Rounding rounding) {

  /** What happens to a last window that is not wholly inside. */
  public enum Rounding {
    /** It is dropped. */
    FLOOR,
    /** It counts, if it begins inside. */
    CEIL
  }

  /** Without dilation; partial windows are dropped. */
  public static Window of(Shape kernel, Shape stride, Shape padding) {
    return new Window(kernel, stride, padding, new Shape(1, 1), Rounding.FLOOR);
  }

  /** The same along height and width. */
  public static Window square(int kernel, int stride, int padding) {
    return of(new Shape(kernel, kernel), new Shape(stride, stride), new Shape(padding, padding));
  }

  /** As the arguments of a maximum pooling in TorchScript, after the image. */
  public String ofMaximum() {
    return places() + ", " + Arrays.toString(dilation.getShape()) + ", " + ceil();
  }

  /** As the arguments of an average pooling in TorchScript that counts the padding's zeros. */
  public String ofAverage() {
    return places() + ", " + ceil() + ", True, None";
  }

  /** As the arguments of a convolution in TorchScript, after the filter and the shift. */
  String ofConvolution() {
    return Text.format(
        "%s, %s, %s",
        Arrays.toString(stride.getShape()),
        Arrays.toString(padding.getShape()),
        Arrays.toString(dilation.getShape()));
  }

  private String places() {
    return Text.format(
        "%s, %s, %s",
        Arrays.toString(kernel.getShape()),
        Arrays.toString(stride.getShape()),
        Arrays.toString(padding.getShape()));
  }

  private String ceil() {
    return rounding == Rounding.CEIL ? "True" : "False";
  }

  /**
   * The shape of an output with one pixel a place.
   *
   * @param input (batch, channels, height, width)
   * @param channels of the output
   * @param what has the places, for the message
   * @throws IllegalArgumentException if the padded image is smaller than the window
   */
  public Shape outputShape(Shape input, long channels, String what) {
    return new Shape(input.get(0), channels, places(input, 2, what), places(input, 3, what));
  }

  /** Whether the places along an axis, 2 or 3, end as far from the image's edge as they begin. */
  public boolean isCentred(Shape input, int axis) {
    return span(input, axis) % stride.get(axis - 2) == 0;
  }

  private long span(Shape input, int axis) {
    int a = axis - 2;
    return input.get(axis) + 2 * padding.get(a) - dilation.get(a) * (kernel.get(a) - 1) - 1;
  }

  private long places(Shape input, int axis, String what) {
    int a = axis - 2;
    long span = span(input, axis);
    if (span < 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Image of %d pixels with padding %d is smaller than the %s of %d with dilation %d",
              input.get(axis), padding.get(a), what, kernel.get(a), dilation.get(a)));
    }
    long places = span / stride.get(a) + 1;
    boolean partial = span % stride.get(a) != 0;
    boolean inside = places * stride.get(a) < input.get(axis) + padding.get(a);
    return rounding == Rounding.CEIL && partial && inside ? places + 1 : places;
  }
}
