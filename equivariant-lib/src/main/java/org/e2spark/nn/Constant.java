package org.e2spark.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.torch.Ops;

/**
 * An array that is a function of a module's options. It lives on the host, and as a copy on each
 * device and in each data type that computations use; the copies belong to the network's manager.
 */
public final class Constant implements AutoCloseable {

  private record Place(Device device, DataType type) {}

  private final Supplier<double[]> values;
  private final Supplier<long[]> indices;
  private final Shape shape;
  private final Map<Place, NDArray> copies = new HashMap<>();
  private NDManager owner;

  private Constant(Supplier<double[]> values, Supplier<long[]> indices, Shape shape) {
    this.values = values;
    this.indices = indices;
    this.shape = shape;
  }

  /**
   * Numbers, in the data type of the computation.
   *
   * @param values row-major
   * @throws IllegalArgumentException if they do not fill the shape
   */
  public static Constant floats(double[] values, Shape shape) {
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(values.length + " values do not fill shape " + shape);
    }
    double[] kept = values.clone();
    return new Constant(() -> kept, null, shape);
  }

  /**
   * Numbers, in the data type of the computation, which are computed for each copy in place of
   * being kept on the host.
   *
   * @param values row-major; they fill the shape
   */
  public static Constant floats(Supplier<double[]> values, Shape shape) {
    return new Constant(values, null, shape);
  }

  /** Indices, int64. */
  public static Constant indices(long... indices) {
    long[] kept = indices.clone();
    return new Constant(null, () -> kept, new Shape(kept.length));
  }

  /**
   * Indices, int64, which are computed for each copy in place of being kept on the host.
   *
   * @param count of them
   */
  public static Constant indices(Supplier<long[]> indices, long count) {
    return new Constant(null, indices, new Shape(count));
  }

  /** The indices this array holds. */
  public long[] indices() {
    return indices.get().clone();
  }

  /** The numbers this array holds. */
  public double[] values() {
    return values.get().clone();
  }

  /**
   * Says who owns copies from now on; until then every {@link #at} makes one.
   *
   * @param manager the network's
   */
  public synchronized void keepWith(NDManager manager) {
    owner = manager;
  }

  /**
   * The array where {@code x} is: on its device and, unless it holds indices, in its data type. Not
   * to be closed.
   */
  public synchronized NDArray at(NDArray x) {
    var place = new Place(x.getDevice(), indices == null ? x.getDataType() : DataType.INT64);
    if (owner == null || !owner.isOpen()) {
      return create(x.getManager(), place);
    }
    NDArray copy = copies.get(place);
    if (copy == null || copy.isReleased()) {
      copy = create(owner, place);
      copies.put(place, copy);
    }
    return copy;
  }

  /** A copy for a plain network. */
  public NDArray in(PlainArrays arrays) {
    return indices == null ? arrays.of(values.get(), shape) : arrays.indices(indices.get());
  }

  private NDArray create(NDManager manager, Place place) {
    if (indices != null) {
      return moved(manager.create(indices.get(), shape), place);
    }
    if (place.type() == DataType.FLOAT64) {
      return moved(manager.create(values.get(), shape), place);
    }
    double[] numbers = values.get();
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return moved(manager.create(floats, shape), place);
  }

  private static NDArray moved(NDArray array, Place place) {
    NDArray result = array;
    if (result.getDataType() != place.type()) {
      NDArray cast = Ops.cast(result, place.type());
      result.close();
      result = cast;
    }
    if (!result.getDevice().equals(place.device())) {
      NDArray there = result.toDevice(place.device(), false);
      result.close();
      result = there;
    }
    return result;
  }

  @Override
  public synchronized void close() {
    copies.values().forEach(NDArray::close);
    copies.clear();
  }
}
