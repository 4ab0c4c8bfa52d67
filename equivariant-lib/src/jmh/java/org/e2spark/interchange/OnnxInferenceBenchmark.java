package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.e2spark.interchange.onnx.OnnxFile;
import org.e2spark.interchange.onnx.OnnxSession;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Logits of 16 images in ONNX Runtime, on one thread: by the exported "mnist-bench/regular-c8", and
 * by a conventional network of the same plain architecture, its batch normalisations folded in,
 * too. What counts is the ratio, at most 1.05; the exported network reduces its last channels by
 * eights besides.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=OnnxInferenceBenchmark
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
// The runtime takes more stack than Java's threads have.
@Fork(value = 3, jvmArgsAppend = "-Xss16m")
@State(Scope.Benchmark)
public class OnnxInferenceBenchmark {

  /** Whose inference is timed. */
  public enum Network {
    EXPORTED,
    CONVENTIONAL
  }

  /** The network. */
  @Param public Network network;

  private OnnxTensor images;
  private OnnxSession session;

  /** Builds the network, with statistics as after training, writes and loads it. */
  @Setup(Level.Trial)
  public void build() throws IOException, OrtException {
    Shape batch = ExportedInferenceBenchmark.IMAGES;
    Path file = Files.createTempFile("network", ".onnx");
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd paused = Autograd.pause()) {
      NDArray x = manager.randomNormal(0, 1, batch, DataType.FLOAT32);
      Block block =
          network == Network.EXPORTED
              ? Presets.create("mnist-bench/regular-c8", 1, 10)
              : conventional();
      Networks.initialize(block, manager, batch, 1);
      block.forward(new ParameterStore(manager, false), new NDList(x), true).close();
      try (PlainNetwork plain = PlainNetwork.of(block)) {
        OnnxFile.write(plain, batch.slice(1), Map.of(), file);
      }
      session = OnnxSession.open(file);
      images =
          OnnxTensor.createTensor(
              OrtEnvironment.getEnvironment(),
              FloatBuffer.wrap(x.toFloatArray()),
              batch.getShape());
    } finally {
      Files.delete(file);
    }
  }

  private static Block conventional() {
    var block = new SequentialBlock();
    for (int stage = 0; stage < ExportedInferenceBenchmark.CHANNELS.length; stage++) {
      int kernel = ExportedInferenceBenchmark.KERNELS[stage];
      int padding = ExportedInferenceBenchmark.PADDINGS[stage];
      block.add(
          Conv2d.builder()
              .setKernelShape(new Shape(kernel, kernel))
              .optPadding(new Shape(padding, padding))
              .setFilters(ExportedInferenceBenchmark.CHANNELS[stage])
              .build());
      block.add(Activation.eluBlock(1));
      if (stage == 1 || stage == 3) {
        block.add(new Pooling(Reduction.MAXIMUM, Window.square(2, 2, 0)).block());
      }
    }
    block.add(new SpatialReduction(Reduction.MAXIMUM).block());
    block.add(Linear.builder().setUnits(64).build());
    block.add(Activation.eluBlock(1));
    return block.add(Linear.builder().setUnits(10).build());
  }

  /** Frees the network. */
  @TearDown(Level.Trial)
  public void close() {
    images.close();
    session.close();
  }

  /** One batch. */
  @Benchmark
  public float[] logits() throws OrtException {
    return session.logits(images);
  }
}
