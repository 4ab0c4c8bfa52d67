package org.e2spark.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SubgroupId;
import org.e2spark.text.Text;
import org.e2spark.torch.Ops;

/**
 * An array together with the type of the fields its channels are.
 *
 * <p>The array belongs to whoever made it; the pair is only a reading of it. Operations give new
 * arrays of the same manager, except those that say "in place"; all are differentiable. Slicing
 * along the channels is by fields, never by channels, so that a field is never torn apart.
 */
public final class GeometricTensor {

  private final NDArray array;
  private final FieldType type;

  /**
   * @param array (batch, type.size(), ...)
   * @throws FieldTypeException if the array has another number of channels than the type
   */
  public GeometricTensor(NDArray array, FieldType type) {
    Shape shape = array.getShape();
    if (shape.dimension() < 2 || shape.get(1) != type.size()) {
      throw new FieldTypeException(
          type + " has " + type.size() + " channels but the array has shape " + shape);
    }
    this.array = array;
    this.type = type;
  }

  /** The values, (batch, channels, ...). */
  public NDArray array() {
    return array;
  }

  /** What the channels are. */
  public FieldType type() {
    return type;
  }

  /** The array's shape. */
  public Shape shape() {
    return array.getShape();
  }

  /** The same values as fields over the space that has only the symmetries of a subgroup. */
  public GeometricTensor restrict(SubgroupId id) {
    return new GeometricTensor(array, type.restrict(id));
  }

  /**
   * The fields as a symmetry transforms them: channels mixed by the representations, pixels moved.
   * Quarter turns and reflections are exact; other rotations interpolate by quadratic splines, with
   * zeros from outside.
   *
   * @throws IllegalArgumentException if the element is not one of the space's symmetries, or the
   *     array has no two axes of space
   */
  public GeometricTensor transform(GroupElement element) {
    requireImages();
    return new GeometricTensor(FieldAction.transform(type, array, element), type);
  }

  /** As {@link #transform}, with the pixels left where they are. */
  public GeometricTensor transformFibers(GroupElement element) {
    return new GeometricTensor(FieldAction.transformFibers(type, array, element), type);
  }

  private void requireImages() {
    if (array.getShape().dimension() != 4) {
      throw new IllegalArgumentException(
          "Only images, (batch, channels, height, width), can be moved, but the shape is "
              + array.getShape());
    }
  }

  /**
   * Cuts the fields into consecutive parts.
   *
   * @param breaks the first field of each part but the first, increasing; none for a part per field
   */
  public List<GeometricTensor> split(int... breaks) {
    int[] starts = breaks.length == 0 ? IntStream.range(1, type.fields()).toArray() : breaks;
    List<GeometricTensor> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= starts.length; i++) {
      int to = i < starts.length ? starts[i] : type.fields();
      if (to <= from || to > type.fields()) {
        throw new IllegalArgumentException(
            Text.format(
                "Invalid breaks: %s (must be increasing, between 1 and %s)",
                Arrays.toString(breaks), type.fields() - 1));
      }
      parts.add(fields(from, to));
      from = to;
    }
    return parts;
  }

  /** Fields {@code from} to {@code to - 1}. */
  public GeometricTensor fields(int from, int to) {
    checkRange(from, to, type.fields(), "fields");
    return new GeometricTensor(
        FieldAction.slice(type, array, from, to), type.select(IntStream.range(from, to).toArray()));
  }

  /** Some of the fields, in the order asked for; a field may be asked for several times. */
  public GeometricTensor select(int... fields) {
    for (int field : fields) {
      checkRange(field, field + 1, type.fields(), "fields");
    }
    FieldType selected = type.select(fields);
    try (NDArray index = array.getManager().create(type.channels(fields))) {
      return new GeometricTensor(Ops.indexSelect(array, 1, index), selected);
    }
  }

  /** Samples {@code from} to {@code to - 1} of the batch. */
  public GeometricTensor batch(int from, int to) {
    return along(0, from, to, 1);
  }

  /** Every {@code step}-th sample from {@code from} to {@code to - 1}. */
  public GeometricTensor batch(int from, int to, int step) {
    return along(0, from, to, step);
  }

  /** Rows {@code from} to {@code to - 1} of the images. */
  public GeometricTensor rows(int from, int to) {
    return along(2, from, to, 1);
  }

  /** Every {@code step}-th row from {@code from} to {@code to - 1}. */
  public GeometricTensor rows(int from, int to, int step) {
    return along(2, from, to, step);
  }

  /** Columns {@code from} to {@code to - 1} of the images. */
  public GeometricTensor columns(int from, int to) {
    return along(3, from, to, 1);
  }

  /** Every {@code step}-th column from {@code from} to {@code to - 1}. */
  public GeometricTensor columns(int from, int to, int step) {
    return along(3, from, to, step);
  }

  private GeometricTensor along(int axis, int from, int to, int step) {
    if (axis >= array.getShape().dimension()) {
      throw new IllegalArgumentException(
          "Shape " + array.getShape() + " has no axis " + axis + " to slice");
    }
    checkRange(from, to, array.getShape().get(axis), "axis " + axis);
    if (step < 1) {
      throw new IllegalArgumentException("Invalid step: " + step + " (must be at least 1)");
    }
    String index = ":, ".repeat(axis) + from + ":" + to + ":" + step;
    return new GeometricTensor(array.get(index), type);
  }

  private static void checkRange(int from, int to, long size, String what) {
    if (from < 0 || to > size || from >= to) {
      throw new IllegalArgumentException(
          "Invalid range of " + what + ": " + from + " to " + to + " (there are " + size + ")");
    }
  }

  /** The sum with fields of the same type. */
  public GeometricTensor plus(GeometricTensor other) {
    FieldTypeException.check("Sum", type, other.type);
    return new GeometricTensor(array.add(other.array), type);
  }

  /** The difference from fields of the same type. */
  public GeometricTensor minus(GeometricTensor other) {
    FieldTypeException.check("Difference", type, other.type);
    return new GeometricTensor(array.sub(other.array), type);
  }

  /** The product with a number. */
  public GeometricTensor times(double factor) {
    return new GeometricTensor(array.mul(factor), type);
  }

  /** The product with an array of one element. */
  public GeometricTensor times(NDArray factor) {
    return new GeometricTensor(array.mul(scalar(factor)), type);
  }

  /** Adds fields of the same type in place. */
  public GeometricTensor plusInPlace(GeometricTensor other) {
    FieldTypeException.check("Sum", type, other.type);
    array.addi(other.array);
    return this;
  }

  /** Subtracts fields of the same type in place. */
  public GeometricTensor minusInPlace(GeometricTensor other) {
    FieldTypeException.check("Difference", type, other.type);
    array.subi(other.array);
    return this;
  }

  /** Multiplies by a number in place. */
  public GeometricTensor timesInPlace(double factor) {
    array.muli(factor);
    return this;
  }

  /** Multiplies by an array of one element in place. */
  public GeometricTensor timesInPlace(NDArray factor) {
    array.muli(scalar(factor));
    return this;
  }

  private static NDArray scalar(NDArray factor) {
    if (factor.size() != 1) {
      throw new IllegalArgumentException(
          "Fields can only be multiplied by one number, not by an array of shape "
              + factor.getShape()
              + ": factors that differ between channels break equivariance");
    }
    return factor.getShape().dimension() == 0 ? factor : factor.reshape(new Shape());
  }

  /** The fields of several tensors side by side. */
  public static GeometricTensor directSum(List<GeometricTensor> tensors) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("A direct sum needs at least one tensor");
    }
    NDList arrays = new NDList();
    FieldType sum = tensors.get(0).type;
    arrays.add(tensors.get(0).array);
    for (GeometricTensor tensor : tensors.subList(1, tensors.size())) {
      sum = sum.plus(tensor.type);
      arrays.add(tensor.array);
    }
    return new GeometricTensor(NDArrays.concat(arrays, 1), sum);
  }

  /** The same fields in another data type; differentiable. */
  public GeometricTensor to(DataType dataType) {
    return new GeometricTensor(Ops.cast(array, dataType), type);
  }

  /** The same fields on a device; cuts the gradient. */
  public GeometricTensor to(Device device) {
    return new GeometricTensor(array.toDevice(device, false), type);
  }

  @Override
  public String toString() {
    return type + " " + array.getShape();
  }
}
