package org.e2spark.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Building and initialising published networks, from a fresh process, with the process's highest
 * resident memory. One core:
 *
 * <pre>{@code
 * taskset -c 0 mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh="ConstructionBenchmark -f 3"
 * }</pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx1g", "-XX:+UseSerialGC"})
public class ConstructionBenchmark {

  /** The wide residual network of 37,183,014 parameters. */
  @Benchmark
  public long wideResNet(ResidentMemory memory) {
    long parameters = build("cifar10/e2wrn28-10-d8d4d1", 3);
    memory.read();
    return parameters;
  }

  /** The 24 networks of the MNIST benchmark with regular fields. */
  @Benchmark
  public long regularNetworks(ResidentMemory memory) {
    List<String> names =
        Presets.names().stream().filter(name -> name.startsWith("mnist-bench/regular-")).toList();
    long parameters = names.stream().mapToLong(name -> build(name, 1)).sum();
    memory.read();
    return parameters;
  }

  /** Builds and initialises a preset and gives its number of parameters. */
  static long build(String preset, int channels) {
    int size = Presets.imageSize(preset);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(preset, channels, 10);
      Networks.initialize(network, manager, new Shape(1, channels, size, size), 1);
      return Networks.parameterCount(network);
    }
  }
}
