package org.e2spark.nn.convolution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.text.Text;
import org.e2spark.torch.OperatorTimes;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Where the time of a published network's training step goes, operator by operator, with dense
 * convolutions and with whichever way is fastest: at its end it prints a table of the operators
 * that take most, each without those that it calls.
 *
 * <p>One thread, batches of 16, time that passes: on a machine that does nothing else.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=OperatorProfileBenchmark
 * </pre>
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SingleShotTime)
@Warmup(iterations = 0)
@Measurement(iterations = 3)
public class OperatorProfileBenchmark extends FixedHeapConditions {

  /** Steps before the first that counts: the engine optimises programs while they run. */
  private static final int WARM_UP = 2;

  private static final int ROWS = 24;

  /** A preset. */
  @Param({"stl10/e2wrn16-8-d8d4d1-same-channels", "mnist-bench/regular-c16"})
  public String preset;

  /** How convolutions are evaluated. */
  @Param({"dense", "auto"})
  public String evaluation;

  private final List<Map<String, OperatorTimes.Time>> steps = new ArrayList<>();
  private TrainingStep step;

  /** Builds the network, lets the planner choose, and the engine optimise what was chosen. */
  @Setup
  public void build() {
    Preset described =
        Presets.table().stream().filter(p -> p.name().equals(preset)).findFirst().orElseThrow();
    var network = Presets.create(preset, described.channels(), 10);
    Evaluation.of(evaluation).applyTo(network);
    step = new TrainingStep(network, described.channels(), described.imageSize());
    for (int i = 0; i < WARM_UP; i++) {
      step.train();
    }
  }

  /** A training step. */
  @Benchmark
  public void profiledStep() {
    steps.add(OperatorTimes.of(step::train));
  }

  /** Prints the table, medians of the steps, and frees the network. */
  @TearDown
  public void print() {
    Map<String, Double> milliseconds = new TreeMap<>();
    Map<String, Integer> calls = new TreeMap<>();
    for (String operator : steps.get(0).keySet()) {
      List<OperatorTimes.Time> times =
          steps.stream()
              .map(all -> all.getOrDefault(operator, new OperatorTimes.Time(0, 0)))
              .sorted(Comparator.comparingDouble(OperatorTimes.Time::milliseconds))
              .toList();
      milliseconds.put(operator, times.get(times.size() / 2).milliseconds());
      calls.put(operator, times.get(times.size() / 2).calls());
    }
    double sum = milliseconds.values().stream().mapToDouble(ms -> ms).sum();
    System.out.println(Text.format("%n%s, %s: %.0f ms in operators", preset, evaluation, sum));
    milliseconds.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(ROWS)
        .forEach(
            entry ->
                System.out.println(
                    Text.format(
                        "%9.1f ms %5.1f %% %6d calls  %s",
                        entry.getValue(),
                        100 * entry.getValue() / sum,
                        calls.get(entry.getKey()),
                        entry.getKey())));
    step.close();
  }
}
