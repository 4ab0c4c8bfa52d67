package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import org.e2spark.nn.convolution.ConvolutionGeometry;
import org.e2spark.nn.convolution.FilterCache;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.nn.convolution.TransposedGeometry;
import org.e2spark.nn.convolution.factorised.Choice.Kind;
import org.ejml.simple.SimpleMatrix;

/**
 * The forms of one layer for the sizes of images it is used with, and what they compute with in
 * place of its weights: mixing matrices, or for {@link SpatialForm} the dense filter. Planned when
 * first asked for.
 */
final class LayerForms implements AutoCloseable {

  /** Sizes of images for which constants are kept at most. */
  private static final int SIZES = 16;

  private record RunnerKey(Choice choice, KernelWindow window, DataType type, String device) {}

  private final SteerableConvolution layer;
  private final ConvolutionGeometry geometry;
  private final FilterCache filters;
  private final Map<RunnerKey, FormRunner> runners = new HashMap<>();
  private MixingPlan plan;
  private SimpleMatrix spatialBasis;
  private MixingMatrices mixing;
  private FilterCache matrices;

  LayerForms(SteerableConvolution layer, ConvolutionGeometry geometry) {
    this.layer = layer;
    this.geometry = geometry;
    this.filters = new FilterCache(filterShape());
  }

  SteerableConvolution layer() {
    return layer;
  }

  int groups() {
    return geometry.groups();
  }

  /** Of the dense filter, as the expansion makes it. */
  Shape filterShape() {
    boolean transposed = geometry instanceof TransposedGeometry;
    return new Shape(
        layer.outType().size() / (transposed ? geometry.groups() : 1),
        layer.inType().size() / (transposed ? 1 : geometry.groups()),
        geometry.kernelSize(),
        geometry.kernelSize());
  }

  /** Whether constants are kept for as many sizes as may be, and for this one none. */
  synchronized boolean isFull(KernelWindow window) {
    return runners.keySet().stream().noneMatch(key -> key.window().equals(window))
        && runners.keySet().stream().map(RunnerKey::window).distinct().count() >= SIZES;
  }

  Candidates candidates(KernelWindow window) {
    int points = geometry.kernelSize() * geometry.kernelSize();
    int rank = spatialBasis().getNumRows();
    boolean spatial = geometry.groups() == 1 && rank < points;
    return new Candidates(plan(), window, spatial ? rank : 0, geometry.groups());
  }

  private synchronized MixingPlan plan() {
    if (plan == null) {
      plan =
          MixingPlan.of(
              new MixingEntries.Places(
                  FieldIrreps.of(layer.inType()),
                  FieldIrreps.of(layer.outType()),
                  geometry.groups(),
                  geometry instanceof TransposedGeometry
                      ? MixingEntries.Side.OUTPUT
                      : MixingEntries.Side.INPUT),
              layer.weightBlocks());
      mixing = new MixingMatrices(plan);
      matrices = new FilterCache(mixing.shape());
    }
    return plan;
  }

  private synchronized SimpleMatrix spatialBasis() {
    if (spatialBasis == null) {
      spatialBasis = SpatialBasis.of(layer.weightBlocks());
    }
    return spatialBasis;
  }

  /** What a form computes with, for the present weights; kept as long as they stay. */
  NDArray derived(Choice choice, NDArray weights) {
    if (choice.kind() == Kind.SPATIAL) {
      return filters.get(weights, target -> write(choice, weights, target));
    }
    plan();
    return matrices.get(weights, target -> write(choice, weights, target));
  }

  /** Computes anew what a form computes with. */
  void write(Choice choice, NDArray weights, NDArray derived) {
    if (choice.kind() == Kind.SPATIAL) {
      layer.expansion().expandInto(weights, derived);
    } else {
      mixing.write(weights, derived);
    }
  }

  /** Takes a gradient at what a form computes with to the weights. */
  NDArray pullBack(Choice choice, NDArray weights, NDArray gradient) {
    return choice.kind() == Kind.SPATIAL
        ? layer.expansion().pullBack(weights, gradient)
        : mixing.pullBack(gradient);
  }

  /**
   * A form with its constants.
   *
   * @param owner of the constants
   */
  synchronized FormRunner runner(Choice choice, KernelWindow window, NDArray x, NDManager owner) {
    var key = new RunnerKey(choice, window, x.getDataType(), x.getDevice().toString());
    FormRunner runner = runners.get(key);
    if (runner == null || runner.isReleased()) {
      if (runner != null) {
        runner.close();
      }
      runner = newRunner(choice, window, x, owner);
      runners.put(key, runner);
    }
    return runner;
  }

  /** A form with constants that nobody else uses. */
  FormRunner newRunner(Choice choice, KernelWindow window, NDArray x, NDManager owner) {
    return new FormRunner(plan(), form(choice, window), owner, x);
  }

  private FactorisedForm form(Choice choice, KernelWindow window) {
    return switch (choice.kind()) {
      case SPATIAL ->
          new SpatialForm(
              spatialBasis(),
              window,
              layer.inType().size(),
              layer.outType().size(),
              choice.chunk(),
              choice.product());
      case TOEPLITZ -> new ToeplitzForm(plan(), window, false, choice.chunk(), choice.product());
      case FOLDED -> new ToeplitzForm(plan(), window, true, choice.chunk(), choice.product());
      case FREQUENCY -> new FrequencyForm(plan(), window, choice.chunk(), choice.product());
      case DENSE -> throw new IllegalArgumentException("Dense evaluation is not a form");
    };
  }

  @Override
  public synchronized void close() {
    runners.values().forEach(FormRunner::close);
    runners.clear();
    filters.close();
    if (plan != null) {
      matrices.close();
      mixing.close();
    }
  }
}
