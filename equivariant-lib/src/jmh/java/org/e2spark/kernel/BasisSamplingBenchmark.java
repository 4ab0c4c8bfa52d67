package org.e2spark.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.e2spark.group.Representation;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Times the sampling of every kernel basis that large networks need, in a fresh JVM, as a first
 * build of such a network has it.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=BasisSamplingBenchmark</pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class BasisSamplingBenchmark {

  /**
   * The regular networks of the MNIST benchmark: C_N and D_N, kernels 7, 5 and, last, to scalars.
   */
  @Benchmark
  public void mnistBenchmark(Blackhole blackhole) {
    for (GSpace space : spaces()) {
      Representation trivial = space.trivial();
      Representation regular = space.regular();
      blackhole.consume(SteerableBasis.sample(space, trivial, regular, KernelOptions.ofSize(7)));
      blackhole.consume(SteerableBasis.sample(space, regular, regular, KernelOptions.ofSize(5)));
      blackhole.consume(SteerableBasis.sample(space, regular, trivial, KernelOptions.ofSize(5)));
    }
  }

  /** WRN-28-10 with D_8, D_4 and D_1 stages. */
  @Benchmark
  public void wideResNet(Blackhole blackhole) {
    for (GSpace space : List.of(new FlipRot2dOnR2(8), new FlipRot2dOnR2(4), new Flip2dOnR2())) {
      for (int size : new int[] {1, 3, 5}) {
        KernelOptions options =
            KernelOptions.builder(size).sigma(0.45).frequenciesCutoff(Math.PI).build();
        blackhole.consume(SteerableBasis.sample(space, space.trivial(), space.regular(), options));
        blackhole.consume(SteerableBasis.sample(space, space.regular(), space.regular(), options));
        blackhole.consume(SteerableBasis.sample(space, space.regular(), space.trivial(), options));
      }
    }
  }

  private static List<GSpace> spaces() {
    List<GSpace> spaces = new ArrayList<>(List.of(new TrivialOnR2(), new Flip2dOnR2()));
    for (int n : new int[] {2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 20}) {
      spaces.add(new Rot2dOnR2(n));
      spaces.add(new FlipRot2dOnR2(n));
    }
    return spaces;
  }
}
