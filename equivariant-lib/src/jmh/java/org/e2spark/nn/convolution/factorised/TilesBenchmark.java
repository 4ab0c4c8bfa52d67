package org.e2spark.nn.convolution.factorised;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.FixedHeapConditions;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.convolution.factorised.Use.Purpose;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The most that cutting images into tiles could save: a training step of the layers of the wide
 * residual network for STL-10 that stay dense, on whole images, and on as many tiles as cover them,
 * by the fastest form. Tiles come for free here, cut out and overlapping; putting results together,
 * and gradients where tiles overlap, would come on top.
 *
 * <p>One thread, batches of 16. Read {@code share}, fastest form over dense on whole images.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=TilesBenchmark
 * </pre>
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SingleShotTime)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
public class TilesBenchmark extends FixedHeapConditions {

  private static final int BATCH = 16;

  /** A layer between equal regular fields of a dihedral group. */
  public enum Layer {
    /** Of the first stage. */
    D8(8, 8, 5, 48),
    /** Of the second stage. */
    D4(4, 32, 3, 24);

    private final int order;
    private final int fields;
    private final int kernel;
    private final int size;

    Layer(int order, int fields, int kernel, int size) {
      this.order = order;
      this.fields = fields;
      this.kernel = kernel;
      this.size = size;
    }
  }

  /** The layer. */
  @Param public Layer layer;

  /** Outputs along one side of a tile; the size of the images for whole ones. */
  @Param({"12", "4"})
  public int tile;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private Trials dense;
  private Trials forms;

  /** Builds both. */
  @Setup
  public void build() {
    dense = new Trials(layer, layer.size, manager, List.of(Choice.Kind.DENSE));
    forms = new Trials(layer, tile, manager, List.of());
  }

  /** Frees them. */
  @TearDown
  public void close() {
    dense.close();
    forms.close();
    manager.close();
  }

  /** A step each. */
  @Benchmark
  public void step(Shares shares) {
    shares.denseMilliseconds = dense.fastest();
    shares.formMilliseconds = forms.fastest();
  }

  /** A layer on tiles, and its ways to be tried. */
  private static final class Trials implements AutoCloseable {

    private final R2Conv convolution;
    private final LayerForms forms;
    private final List<LayerTrial> trials;

    /**
     * @param outputs along one side; without padding unless these are the whole image
     * @param kinds empty for all forms that apply
     */
    Trials(Layer layer, int outputs, NDManager manager, List<Choice.Kind> kinds) {
      var space = new FlipRot2dOnR2(layer.order);
      var type = FieldType.of(space, space.regular(), layer.fields);
      boolean whole = outputs == layer.size;
      int padding = whole ? layer.kernel / 2 : 0;
      int size = whole ? outputs : outputs + layer.kernel - 1;
      int tiles = (layer.size / outputs) * (layer.size / outputs);
      convolution =
          R2Conv.builder(type, type).kernelSize(layer.kernel).padding(padding).noBias().build();
      var images = new Shape((long) BATCH * tiles, type.size(), size, size);
      Networks.initialize(convolution, manager, images, 1);
      NDArray x = manager.randomNormal(0, 1, images, DataType.FLOAT32);
      x.setRequiresGradient(true);
      NDArray weights = convolution.getDirectParameters().get("weights").getArray();
      var geometry = convolution.geometry().orElseThrow();
      forms = new LayerForms(convolution, geometry);
      var window = KernelWindow.of(geometry, Size2d.of(padding), new Size2d(size, size));
      var use = new Use(Purpose.TRAINING, BATCH * tiles, size, size, "cpu");
      Candidates candidates = forms.candidates(window);
      Product product = Product.available(x).get(0);
      trials =
          (kinds.isEmpty() ? candidates.kinds() : kinds)
              .stream()
                  .map(
                      kind ->
                          kind == Choice.Kind.DENSE
                              ? Choice.DENSE
                              : new Choice(
                                  kind, product, candidates.chunks(kind, use.batch()).get(0)))
                  .map(choice -> LayerTrial.of(forms, choice, window, x, weights, use))
                  .toList();
    }

    double fastest() {
      return trials.stream().mapToDouble(Trials::milliseconds).min().orElseThrow();
    }

    private static double milliseconds(LayerTrial trial) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      trial.run();
      return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e6;
    }

    @Override
    public void close() {
      trials.forEach(LayerTrial::close);
      forms.close();
      convolution.close();
    }
  }

  /** Of the last step. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Shares {

    /** On whole images. */
    public double denseMilliseconds;

    /** By the fastest form. */
    public double formMilliseconds;

    /** The fastest form's over the dense. */
    public double share() {
      return formMilliseconds / denseMilliseconds;
    }
  }
}
