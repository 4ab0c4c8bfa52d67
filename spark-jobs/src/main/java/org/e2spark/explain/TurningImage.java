package org.e2spark.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import org.e2spark.data.source.ImageShape;
import org.e2spark.group.GroupElement;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.train.Normalizer;

/**
 * A square image that can be turned by any angle and mirrored. Outside the circle that fits into
 * it, it fades into the mean colour of its border, so that nothing leaves the picture or comes into
 * it.
 */
final class TurningImage {

  private static final double EDGE = 2;
  private static final FlipRot2dOnR2 PLANE = FlipRot2dOnR2.continuous(0);

  private final Normalizer normalizer;
  private final int size;
  private final float[] background;
  private final float[] foreground;

  /**
   * @param pixels unsigned bytes, (channels, size, size)
   * @param card of the model that takes them
   */
  TurningImage(byte[] pixels, ModelCard card) {
    ImageShape shape = card.shape();
    this.normalizer = new Normalizer(card.mean(), card.std());
    this.size = shape.width();
    this.background = new float[shape.channels()];
    this.foreground = new float[shape.size()];
    for (int channel = 0; channel < shape.channels(); channel++) {
      int start = channel * shape.planeSize();
      background[channel] = border(pixels, start);
      for (int i = 0; i < shape.planeSize(); i++) {
        float value = (pixels[start + i] & 0xff) / 255f - background[channel];
        foreground[start + i] = (float) (inside(i) * value);
      }
    }
  }

  private float border(byte[] pixels, int start) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < size * size; i++) {
      int row = i / size;
      int column = i % size;
      if (row == 0 || column == 0 || row == size - 1 || column == size - 1) {
        sum += (pixels[start + i] & 0xff) / 255.0;
        count++;
      }
    }
    return (float) (sum / count);
  }

  /** 1 inside the circle, 0 outside of it, and between them in the last pixels before it. */
  private double inside(int pixel) {
    double middle = (size - 1) / 2.0;
    double radius = Math.hypot(pixel % size - middle, pixel / size - middle);
    return Math.min(1, Math.max(0, (middle + 0.5 - radius) / EDGE));
  }

  int size() {
    return size;
  }

  /**
   * The network's input.
   *
   * @param manager who owns it
   * @return (elements, channels, size, size), normalised as the model's images are
   */
  NDArray input(NDManager manager, GroupElement... elements) {
    float[] values = new float[elements.length * foreground.length];
    for (int i = 0; i < elements.length; i++) {
      float[] pixels = turned(manager, elements[i]);
      for (int j = 0; j < pixels.length; j++) {
        values[i * pixels.length + j] = 255 * pixels[j];
      }
    }
    Shape shape = new Shape(elements.length, background.length, size, size);
    try (NDArray levels = manager.create(values, shape)) {
      return normalizer.input(levels, manager);
    }
  }

  /** The pixels after some turns, (channels, size, size), about 0 to 1. */
  private float[] turned(NDManager manager, GroupElement... elements) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray image = scratch.create(foreground, new Shape(1, background.length, size, size));
      GeometricTensor field = FieldType.of(PLANE, PLANE.trivial(), background.length).wrap(image);
      for (GroupElement element : elements) {
        field = field.transform(element);
      }
      float[] pixels = field.array().toFloatArray();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] += background[i / (size * size)];
      }
      return pixels;
    }
  }

  /**
   * The image after some turns, as people see it; of more than three channels the first three.
   *
   * @param zoom pixels along each side of one of the image's
   */
  BufferedImage picture(NDManager manager, int zoom, GroupElement... turns) {
    float[] pixels = turned(manager, turns);
    int plane = size * size;
    int green = background.length < 3 ? 0 : plane;
    var picture = new BufferedImage(size * zoom, size * zoom, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < picture.getHeight(); row++) {
      for (int column = 0; column < picture.getWidth(); column++) {
        int at = row / zoom * size + column / zoom;
        int rgb =
            level(pixels[at]) << 16
                | level(pixels[at + green]) << 8
                | level(pixels[at + 2 * green]);
        picture.setRGB(column, row, rgb);
      }
    }
    return picture;
  }

  private static int level(float value) {
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  }
}
