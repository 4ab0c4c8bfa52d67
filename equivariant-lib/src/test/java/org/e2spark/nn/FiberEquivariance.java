package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.e2spark.group.GroupElement;
import org.e2spark.model.Networks;
import org.e2spark.nn.convolution.TensorProduct;
import org.e2spark.nn.nonlinearity.VectorFieldNonLinearity;

/** Whether a module commutes with what a group does to the channels, for tests. */
public final class FiberEquivariance {

  private FiberEquivariance() {}

  /** Checks the module in single precision, at the reference's tolerances, and in double. */
  public static void check(
      EquivariantModule module, Mode mode, long seed, List<GroupElement> elements) {
    try (module;
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Shape shape = new Shape(2, module.inType().size(), 4, 4);
      Networks.initialize(module, manager, shape, seed);
      disturb(module, seed);
      leavesNothingBehind(module, mode, manager, seed);
      NDArray x = Fields.random(manager, module.inType(), 2, 4, seed);
      double absolute = absoluteTolerance(module, x);
      for (GroupElement element : elements) {
        compare(module, mode, x, element, absolute, 1e-5);
      }
      toDouble(module, manager);
      NDArray precise = x.toType(DataType.FLOAT64, true);
      for (GroupElement element : elements) {
        NDArray y = compare(module, mode, precise, element, 1e-11, 1e-11);
        assertThat(y.getDataType()).isEqualTo(DataType.FLOAT64);
      }
    }
  }

  /** The reference's 1e-6, unless a result may be smaller than the numbers that are rounded. */
  private static double absoluteTolerance(EquivariantModule module, NDArray x) {
    if (module instanceof VectorFieldNonLinearity) {
      return 2e-6; // a component may be small where the vector is not
    }
    if (module instanceof TensorProduct) {
      double largest = x.abs().max().getFloat();
      return 1e-6 * Math.max(1, largest * largest); // a sum of products, where these are not
    }
    return 1e-6;
  }

  /** A pass leaves its input and output, and no other array for the caller to free. */
  private static void leavesNothingBehind(
      EquivariantModule module, Mode mode, NDManager manager, long seed) {
    try (NDManager step = manager.newSubManager()) {
      NDArray x = Fields.random(step, module.inType(), 2, 4, seed);
      NDArray y = module.forward(module.inType().wrap(x), mode).array();
      assertThat(step.getManagedArrays())
          .as(module.getClass().getSimpleName())
          .containsExactlyInAnyOrder(x, y);
    }
  }

  /** Moves parameters away from their starting values, which hide errors: zeros and ones. */
  private static void disturb(EquivariantModule module, long seed) {
    var random = new Random(seed);
    for (Parameter parameter : StateDict.of(module).values()) {
      if (parameter.requiresGradient()) {
        NDArray array = parameter.getArray();
        float[] values = array.toFloatArray();
        for (int i = 0; i < values.length; i++) {
          values[i] += (float) (0.3 * random.nextGaussian());
        }
        array.set(values);
      }
    }
  }

  /** Gives all parameters double precision, with the values they have. */
  private static void toDouble(EquivariantModule module, NDManager manager) {
    for (Parameter parameter : StateDict.of(module).values()) {
      double[] values = doubles(parameter.getArray());
      parameter.close();
      parameter.setInitializer((owner, shape, type) -> owner.create(values, shape));
      parameter.initialize(manager, DataType.FLOAT64);
    }
  }

  private static NDArray compare(
      EquivariantModule module,
      Mode mode,
      NDArray x,
      GroupElement element,
      double absolute,
      double relative) {
    GeometricTensor input = module.inType().wrap(x);
    Map<Parameter, NDArray> before = statistics(module);
    GeometricTensor expected = module.forward(input, mode).transformFibers(element);
    before.forEach((parameter, values) -> values.copyTo(parameter.getArray()));
    GeometricTensor actual = module.forward(input.transformFibers(element), mode);
    assertThat(actual.shape()).isEqualTo(module.outputShape(x.getShape()));
    double[] a = doubles(actual.array());
    double[] b = doubles(expected.array());
    for (int i = 0; i < a.length; i++) {
      assertThat(Math.abs(a[i] - b[i]))
          .as("%s at %s: %s instead of %s", module.getClass().getSimpleName(), element, a[i], b[i])
          .isLessThanOrEqualTo(absolute + relative * Math.abs(b[i]));
    }
    return actual.array();
  }

  /** Copies of what a pass in training changes, which must not differ between two passes. */
  private static Map<Parameter, NDArray> statistics(EquivariantModule module) {
    Map<Parameter, NDArray> copies = new LinkedHashMap<>();
    for (Parameter parameter : StateDict.of(module).values()) {
      if (!parameter.requiresGradient()) {
        copies.put(parameter, parameter.getArray().duplicate());
      }
    }
    return copies;
  }

  public static double[] doubles(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] floats = array.toFloatArray();
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }
}
