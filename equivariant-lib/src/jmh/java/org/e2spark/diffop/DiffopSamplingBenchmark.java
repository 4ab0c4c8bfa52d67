package org.e2spark.diffop;

import java.util.concurrent.TimeUnit;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.SampledBasis;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Times the discretisation of all operators between regular fields, in a fresh JVM, as the first
 * build of a network has it: what a cache of operators on disk would save.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=DiffopSamplingBenchmark
 * </pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
@State(Scope.Benchmark)
public class DiffopSamplingBenchmark {

  /** Pixels a side. */
  @Param({"5", "7"})
  public int kernelSize;

  /** Finite differences. */
  @Benchmark
  public SampledBasis finiteDifferences() {
    return sample(Discretization.finiteDifferences());
  }

  /** Derivatives of Gaussians. */
  @Benchmark
  public SampledBasis gaussianDerivatives() {
    return sample(new Discretization.GaussianDerivatives(1.25));
  }

  /** RBF-FD. */
  @Benchmark
  public SampledBasis radialBasisFunctions() {
    return sample(new Discretization.RadialBasisFunctions(RadialFunction.GA));
  }

  private SampledBasis sample(Discretization discretization) {
    DiffopOptions options =
        DiffopOptions.builder()
            .kernelSize(kernelSize)
            .maximumOrder(3)
            .discretization(discretization)
            .build();
    var c16 = new Rot2dOnR2(16);
    SteerableDiffops.sample(c16, c16.regular(), c16.regular(), options);
    var d8 = new FlipRot2dOnR2(8);
    return SteerableDiffops.sample(d8, d8.regular(), d8.regular(), options);
  }
}
