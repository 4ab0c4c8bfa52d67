package org.e2spark.nn.container;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.random.RandomGenerator;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.ParameterRole;
import org.e2spark.text.Text;

/**
 * Fades the image out beyond the circle that fits into it: what lies there leaves the grid when the
 * image turns, so a network that sees it cannot be equivariant.
 *
 * <p>Input (batch, channels, size, size). The mask is 1 up to the radius {@code R = (1 - margin /
 * 100) (size - 1) / 2} and falls as {@code exp((R^2 - r^2) / 4)} beyond. It is the parameter {@code
 * mask}, which is saved and not trained.
 */
public final class MaskModule extends EquivariantModule {

  private final int size;
  private final double margin;
  private final Parameter mask;

  /**
   * @param size pixels along each side of the images, at least 1
   * @param margin by how much the circle is smaller than the image, percent of the radius, in [0,
   *     100]
   */
  public MaskModule(FieldType type, int size, double margin) {
    super(type, type);
    if (size < 1) {
      throw new IllegalArgumentException("Invalid mask size: " + size + " (must be at least 1)");
    }
    if (!(margin >= 0 && margin <= 100)) {
      throw new IllegalArgumentException(
          "Invalid margin: " + margin + " (must be a percentage, 0 to 100)");
    }
    this.size = size;
    this.margin = margin;
    this.mask = addBuffer("mask", new Shape(1, 1, size, size), ParameterRole.CONSTANT);
  }

  /** Up to the edge of the image. */
  public MaskModule(FieldType type, int size) {
    this(type, size, 0);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    checkSize(x.getShape());
    return x.mul(value(store, mask, x, mode));
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    double[] values = PlainArrays.values(mask.getArray());
    return new Affine(arrays.of(values, new Shape(size, size)), null);
  }

  @Override
  public Shape outputShape(Shape input) {
    checkSize(input);
    return input;
  }

  private void checkSize(Shape shape) {
    if (shape.get(2) != size || shape.get(3) != size) {
      throw new IllegalArgumentException(
          Text.format(
              "The mask is for images of %d x %d pixels but was given %d x %d",
              size, size, shape.get(2), shape.get(3)));
    }
  }

  @Override
  public float[] start(Parameter parameter, Shape shape, RandomGenerator random) {
    double centre = (size - 1) / 2.0;
    double limit = Math.pow(centre * (1 - margin / 100), 2);
    float[] values = new float[size * size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        double squared = Math.pow(row - centre, 2) + Math.pow(column - centre, 2);
        values[row * size + column] =
            squared <= limit ? 1 : (float) Math.exp((limit - squared) / 4);
      }
    }
    return values;
  }
}
