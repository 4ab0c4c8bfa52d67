package org.e2spark.nn.convolution;

import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.e2spark.group.Representation;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.model.Classifier;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the changes of basis cost a factorised layer between regular fields, which is the most that
 * could be saved if fields stayed in the basis of irreps from layer to layer: two layers in a row
 * between regular fields of D16, beside the same between direct sums of the regular
 * representation's irreps, which have no change of basis and all else alike.
 *
 * <p>One thread, batches of 16. Read {@code trainingPercent} and {@code evaluationPercent}, the
 * part of the regular layers' time.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=ChangeOfBasisBenchmark
 * </pre>
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 20)
public class ChangeOfBasisBenchmark extends FixedHeapConditions {

  private static final int FIELDS = 23;

  /** Height and width of the images: over frequencies 24 and 12 pixels, folded 6. */
  @Param({"24", "12", "6"})
  public int size;

  private TrainingStep regular;
  private TrainingStep irreps;

  /** Builds both. */
  @Setup
  public void build() {
    GSpace space = new FlipRot2dOnR2(16);
    Representation group = space.regular();
    List<Representation> parts = List.copyOf(group.irreps());
    regular = step(FieldType.of(space, group, FIELDS));
    irreps = step(FieldType.of(space, Representation.directSum(parts), FIELDS));
  }

  private TrainingStep step(FieldType type) {
    var layers = EquivariantSequential.of(layer(type), layer(type));
    Block head = Linear.builder().setUnits(10).build();
    return new TrainingStep(
        new Classifier(layers, Classifier.Reduction.MEAN, head), type.size(), size);
  }

  private static R2Conv layer(FieldType type) {
    return R2Conv.builder(type, type)
        .kernelSize(5)
        .padding(2)
        .evaluation(Evaluation.FACTORISED)
        .build();
  }

  /** Frees them. */
  @TearDown
  public void close() {
    regular.close();
    irreps.close();
  }

  /** A training step and an evaluation of each. */
  @Benchmark
  public float passes(Shares shares) {
    long start = processorTime();
    float sum = regular.train();
    long trained = processorTime();
    sum += irreps.train();
    long compared = processorTime();
    sum += regular.evaluate();
    long evaluated = processorTime();
    sum += irreps.evaluate();
    shares.times.add(
        trained - start, compared - trained, evaluated - compared, processorTime() - evaluated);
    return sum;
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** The times of one iteration. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Shares {

    private Medians times;

    /** Forgets the iteration before. */
    @Setup(Level.Iteration)
    public void reset() {
      times = new Medians(4);
    }

    /** Of a training step. */
    public double trainingPercent() {
      return 100 * (1 - times.ratio(1, 0));
    }

    /** Of an evaluation. */
    public double evaluationPercent() {
      return 100 * (1 - times.ratio(3, 2));
    }
  }
}
