package org.e2spark.nn.convolution.factorised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.e2spark.model.Networks;
import org.e2spark.nn.Mode;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.torch.Autograd;

/**
 * Every form of evaluation gives what the dense filter gives, and its gradients: for any fields,
 * strides, paddings, dilations, groups, images and chunks, forward and transposed.
 */
class FormTest {

  @Property(tries = 60)
  void formsGiveWhatTheDenseFilterGives(@ForAll long seed) {
    RandomLayer random = RandomLayer.of(seed);
    MixingPlan plan = random.plan();
    int batch = 1 + random.random().nextInt(4);
    int chunk = 1 + random.random().nextInt(4);
    try (var layer = random.layer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      var size = random.window().image();
      Shape shape = new Shape(batch, layer.inType().size(), size.height(), size.width());
      DataType type = seed % 2 == 0 ? DataType.FLOAT64 : DataType.FLOAT32;
      Networks.initialize(layer, manager, shape, seed, type);
      NDArray weights = weights(layer.getDirectParameters().get("weights"));
      NDArray x = random.draw(manager, type, shape);
      x.setRequiresGradient(true);
      NDArray y;
      NDArray upstream;
      try (var scope = Autograd.record()) {
        y = layer.forward(layer.inType().wrap(x), Mode.TRAINING).array();
        upstream = random.draw(manager, type, y.getShape());
        scope.backward(y, upstream);
      }
      var sizes = Sizes.of(x, weights, y, upstream);
      var mixing = new MixingMatrices(plan);
      NDArray matrices = manager.zeros(mixing.shape(), type);
      mixing.write(weights, matrices);
      if (random.groups() == 1) {
        checkSpatial(random, chunk, x, y, upstream, sizes);
      }
      forms(plan, random.window(), chunk, x)
          .forEach(
              (name, form) -> {
                try (var runner = new FormRunner(plan, form, manager, x)) {
                  assertClose(name, runner.forward(x, matrices), y, sizes.output());
                  for (var wanted : FactorisedForm.Gradients.values()) {
                    List<NDArray> gradients = runner.backward(x, matrices, upstream, wanted);
                    assertClose(
                        name,
                        mixing.pullBack(gradients.get(1)),
                        weights.getGradient(),
                        sizes.weightGradient());
                    if (wanted == FactorisedForm.Gradients.WEIGHTS_AND_IMAGES) {
                      assertClose(name, gradients.get(0), x.getGradient(), sizes.imageGradient());
                    }
                  }
                }
              });
    }
  }

  /** Kernels of 4 x 4 pixels, one of which is even but for 1e-10. */
  @Example
  void kernelsThatAreAlmostEvenAreNotFolded() {
    formsGiveWhatTheDenseFilterGives(7672201878414707352L);
  }

  /** {@link SpatialForm} computes with the dense filter, and gives the gradient at it. */
  private static void checkSpatial(
      RandomLayer random, int chunk, NDArray x, NDArray y, NDArray upstream, Sizes sizes) {
    NDManager manager = x.getManager();
    SteerableConvolution layer = random.layer();
    NDArray filter =
        layer.expansion().expand(manager, weights(layer.getDirectParameters().get("weights")));
    filter = filter.stopGradient();
    var basis = SpatialBasis.of(layer.weightBlocks());
    for (Product product : Product.available(x)) {
      var form =
          new SpatialForm(
              basis,
              random.window(),
              layer.inType().size(),
              layer.outType().size(),
              chunk,
              product);
      try (var runner = new FormRunner(random.plan(), form, manager, x)) {
        assertClose("spatial", runner.forward(x, filter), y, sizes.output());
        for (var wanted : FactorisedForm.Gradients.values()) {
          List<NDArray> gradients = runner.backward(x, filter, upstream, wanted);
          double along = sum(gradients.get(1).mul(filter));
          double expected = sum(y.mul(upstream));
          assertThat(along).isCloseTo(expected, within(50 * tolerance(x) * (1 + sum(y.abs()))));
          if (wanted == FactorisedForm.Gradients.WEIGHTS_AND_IMAGES) {
            assertClose("spatial", gradients.get(0), x.getGradient(), sizes.imageGradient());
          }
        }
      }
    }
  }

  private static Map<String, FactorisedForm> forms(
      MixingPlan plan, KernelWindow window, int chunk, NDArray like) {
    Map<String, FactorisedForm> forms = new LinkedHashMap<>();
    for (Product product : Product.available(like)) {
      forms.put("Toeplitz " + product, new ToeplitzForm(plan, window, false, chunk, product));
      if (ToeplitzTables.canFold(plan, window)) {
        forms.put("folded " + product, new ToeplitzForm(plan, window, true, chunk, product));
      }
      if (FrequencyTables.applies(plan)) {
        forms.put("frequency " + product, new FrequencyForm(plan, window, chunk, product));
      }
    }
    return forms;
  }

  private static NDArray weights(Parameter parameter) {
    return parameter.getArray();
  }

  private static void assertClose(String name, NDArray actual, NDArray expected, double size) {
    assertThat(actual.getShape()).as(name).isEqualTo(expected.getShape());
    double scale = Math.max(1e-3, Math.max(size, largest(expected)));
    assertThat(largest(actual.sub(expected))).as(name).isLessThan(tolerance(expected) * scale);
  }

  /**
   * The root mean square that is to be expected of each result, from the others: a layer is linear
   * in its images and in its weights, and a linear map and its adjoint have the same Frobenius
   * norm. The largest of a few elements may by chance be far smaller than that, and than the terms
   * that were rounded on the way to it.
   */
  private record Sizes(double output, double imageGradient, double weightGradient) {

    static Sizes of(NDArray x, NDArray weights, NDArray y, NDArray upstream) {
      return new Sizes(
          norm(x.getGradient()) / norm(upstream) * rootMeanSquare(x),
          norm(y) / norm(x) * rootMeanSquare(upstream),
          norm(y) / norm(weights) * rootMeanSquare(upstream));
    }

    private static double norm(NDArray array) {
      return Math.sqrt(sum(array.mul(array)));
    }

    private static double rootMeanSquare(NDArray array) {
      return norm(array) / Math.sqrt(array.size());
    }
  }

  private static double tolerance(NDArray array) {
    return array.getDataType() == DataType.FLOAT64 ? 1e-12 : 2e-6;
  }

  private static double largest(NDArray array) {
    return array.abs().max().toType(DataType.FLOAT64, false).getDouble();
  }

  private static double sum(NDArray array) {
    return array.sum().toType(DataType.FLOAT64, false).getDouble();
  }
}
