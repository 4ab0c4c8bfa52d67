package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.e2spark.group.GroupElement;
import org.e2spark.torch.Ops;
import org.ejml.simple.SimpleMatrix;

/** Random fields, and the action of a group on the channels of fields, for tests. */
public final class Fields {

  private Fields() {}

  /** Normally distributed, (batch, type.size(), size, size). */
  public static NDArray random(NDManager manager, FieldType type, int batch, int size, long seed) {
    Shape shape = new Shape(batch, type.size(), size, size);
    var random = new Random(seed);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }

  /** The channels turned by an element, the pixels left where they are. */
  public static NDArray act(FieldType type, GroupElement element, NDArray x) {
    float[] matrix = new float[type.size() * type.size()];
    for (int field = 0; field < type.fields(); field++) {
      SimpleMatrix block = type.representations().get(field).at(element);
      int start = type.start(field);
      for (int row = 0; row < block.getNumRows(); row++) {
        for (int column = 0; column < block.getNumCols(); column++) {
          matrix[(start + row) * type.size() + start + column] = (float) block.get(row, column);
        }
      }
    }
    NDManager manager = x.getManager();
    NDArray rho = manager.create(matrix, new Shape(type.size(), type.size()));
    return Ops.einsum(manager, "oi,bihw->bohw", rho, x);
  }

  public static void assertClose(
      NDArray actual, NDArray expected, double absolute, double relative) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float[] a = actual.toFloatArray();
    float[] b = expected.toFloatArray();
    for (int i = 0; i < a.length; i++) {
      assertThat((double) a[i])
          .isCloseTo(
              b[i], org.assertj.core.data.Offset.offset(absolute + relative * Math.abs(b[i])));
    }
  }
}
