package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Resident memory over a thousand steps, native memory included.
 *
 * <p>{@code mvn -pl integration-tests -am verify -Dtest=MemoryTest -De2spark.steps=10000
 * -Dsurefire.failIfNoSpecifiedTests=false} goes further, with two workers; and trains with more
 * workers than whose states the driver could hold.
 */
@Order(3)
class MemoryTest {
  private static final Pattern PROGRESS = Pattern.compile(".* (\\d+)/(\\d+) images.*");
  private static final long ALLOWED = 24L << 20;
  private static final int BATCH = 3;
  private static final String CLUSTER = "local-cluster[2,1,512]";

  @TempDir Path directory;

  /**
   * What the processes hold.
   *
   * @param images trained so far
   * @param driver bytes of the driver
   * @param executors bytes of the executors together; 0 where the driver is the worker
   */
  private record Sample(long images, long driver, long executors) {}

  @Test
  void aThousandStepsNeedNoMoreMemoryThanTheFirstHundreds() {
    List<Sample> samples = train("local[1]", "--batch", String.valueOf(BATCH), "--epochs", "2");
    long total = samples.get(samples.size() - 1).images();
    assertThat(total / BATCH).as("steps").isGreaterThanOrEqualTo(1000);
    assertFlat(samples, Sample::driver);
  }

  @Test
  @EnabledIfSystemProperty(named = "e2spark.steps", matches = "\\d+")
  void manyStepsOfTwoWorkersNeedNoMoreMemoryThanTheFirst() {
    int steps = Integer.getInteger("e2spark.steps");
    int epochs = 1 + steps * 2 * BATCH / Digits.TRAINING;
    List<Sample> samples =
        train(
            CLUSTER,
            "--workers",
            "2",
            "--batch",
            String.valueOf(2 * BATCH),
            "--epochs",
            String.valueOf(epochs));
    assertThat(samples.get(samples.size() - 1).executors()).isPositive();
    assertFlat(samples, Sample::driver);
    assertFlat(samples, Sample::executors);
  }

  @Test
  @EnabledIfSystemProperty(named = "e2spark.steps", matches = "\\d+")
  void noMachineNeedsToHoldTheStatesOfAllWorkers() {
    // 1.7 million parameters and Adam's two moments of each: 64 workers' take 1.3 gigabytes, where
    // the driver and each of two executors has a heap of half a gigabyte.
    List<Sample> samples =
        train(
            CLUSTER,
            "--preset",
            "mnist-bench/cnn",
            "--mode",
            "averaging",
            "--workers",
            "64",
            "--batch",
            "192",
            "--period",
            "576samples",
            "--epochs",
            "1");
    System.out.printf(
        Locale.ROOT,
        "The driver held %,d bytes%n",
        largest(samples, 0, Long.MAX_VALUE, Sample::driver));
  }

  /** Trains, which has to end well; what was held at each line of progress. */
  private List<Sample> train(String master, String... more) {
    // The whole Java heap is touched at the start, so what grows afterwards is native memory.
    Map<String, String> environment =
        Map.of("JAVA_TOOL_OPTIONS", "-Xms512m -XX:+AlwaysPreTouch -XX:+UseSerialGC");
    List<Sample> samples = new ArrayList<>();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--master",
                master,
                "--driver-memory",
                "512m",
                "--conf",
                "spark.executor.memory=512m",
                "--data",
                Digits.shards().toString(),
                "--out",
                directory.resolve("run").toString()));
    if (!List.of(more).contains("--preset")) {
      arguments.addAll(List.of("--preset", "quickstart/c8"));
    }
    arguments.addAll(List.of(more));
    Tool.Run run =
        Tool.run(
            environment, process -> sampler(process, samples), arguments.toArray(String[]::new));
    assertThat(run.exit()).as(run.all()).isZero();
    return samples;
  }

  private static void assertFlat(List<Sample> samples, ToLongFunction<Sample> held) {
    long total = samples.get(samples.size() - 1).images();
    long warm = largest(samples, total / 8, total / 2, held);
    // The driver loads libtorch at the end, to measure what the model's card tells.
    long late = largest(samples, total / 2, total, held);
    System.out.printf(Locale.ROOT, "%,d bytes, then %,d, over %,d images%n", warm, late, total);
    assertThat(late - warm).as("bytes from %,d", warm).isLessThan(ALLOWED);
  }

  private static long largest(
      List<Sample> samples, long from, long to, ToLongFunction<Sample> held) {
    return samples.stream()
        .filter(sample -> sample.images() >= from && sample.images() < to)
        .mapToLong(held)
        .max()
        .orElseThrow(() -> new AssertionError("No progress between " + from + " and " + to));
  }

  private static Consumer<String> sampler(Process process, List<Sample> samples) {
    return line -> {
      Matcher progress = PROGRESS.matcher(line);
      if (progress.matches()) {
        // The launcher has become the driver, which is the only worker of local[1].
        samples.add(
            new Sample(
                Long.parseLong(progress.group(1)),
                resident(process.toHandle()),
                process.descendants().mapToLong(MemoryTest::resident).sum()));
      }
    };
  }

  private static long resident(ProcessHandle process) {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
