package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resident memory over a thousand steps, native memory included.
 *
 * <p>{@code mvn -pl integration-tests -am verify -Dtest=MemoryTest -De2spark.steps=10000
 * -Dsurefire.failIfNoSpecifiedTests=false} goes further, with two workers, and looks at what lives
 * in each heap after a collection, too; and it trains with as many workers as make the driver
 * suffer, were it to hold something of each.
 */
@Order(3)
class MemoryTest {
  private static final Pattern PROGRESS = Pattern.compile(".*\\((\\d+)/(\\d+) images in .*");
  private static final Pattern LIVING = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  /** How much memory of a process may grow in the second half of a training. */
  private static final long ALLOWED = 24L << 20;

  /** How much what lives in a heap may grow there. */
  private static final long ALLOWED_LIVING = 3L << 20;

  private static final int BATCH = 3;
  private static final String CLUSTER = "local-cluster[2,1,512]";

  @TempDir Path directory;

  /**
   * What a process holds.
   *
   * @param resident bytes of memory
   * @param living bytes in its heap after a collection, if that was looked at
   */
  private record Held(long resident, OptionalLong living) {}

  /**
   * What the processes hold.
   *
   * @param images trained so far
   * @param driver bytes of the driver
   * @param executors by process; none where the driver is the worker
   */
  private record Sample(long images, Held driver, Map<Long, Held> executors) {}

  /** How a training is watched. */
  private enum Look {
    RESIDENT,
    LIVING
  }

  @Test
  void aThousandStepsNeedNoMoreMemoryThanTheFirstHundreds() {
    List<Sample> samples =
        train(Look.RESIDENT, "local[1]", "--batch", String.valueOf(BATCH), "--epochs", "2");
    assertThat(last(samples).images() / BATCH).as("steps").isGreaterThanOrEqualTo(1000);
    assertFlat("driver", samples, ALLOWED, sample -> sample.driver().resident());
  }

  @Test
  @EnabledIfSystemProperty(named = "e2spark.steps", matches = "\\d+")
  void manyStepsOfTwoWorkersNeedNoMoreMemoryThanTheFirst() {
    int steps = Integer.getInteger("e2spark.steps");
    int epochs = 1 + steps * 2 * BATCH / Digits.TRAINING;
    List<Sample> samples =
        train(
            Look.LIVING,
            CLUSTER,
            "--workers",
            "2",
            "--batch",
            String.valueOf(2 * BATCH),
            "--epochs",
            String.valueOf(epochs));
    assertThat(last(samples).images() / (2 * BATCH)).as("steps").isGreaterThanOrEqualTo(steps);
    // The last lines of progress come when Spark has stopped.
    Set<Long> executors = samples.get(samples.size() / 2).executors().keySet();
    assertThat(executors).hasSize(2);
    assertFlat("driver", samples, ALLOWED, sample -> sample.driver().resident());
    assertLivingFlat("driver", samples, Sample::driver);
    List<Sample> known =
        samples.stream().filter(s -> s.executors().keySet().equals(executors)).toList();
    assertFlat(
        "executors",
        known,
        ALLOWED,
        sample -> sample.executors().values().stream().mapToLong(Held::resident).sum());
    for (long executor : executors) {
      assertLivingFlat("executor " + executor, known, sample -> sample.executors().get(executor));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all-reduce", "averaging"})
  @EnabledIfSystemProperty(named = "e2spark.steps", matches = "\\d+")
  void theDriverHoldsAsMuchForEightWorkersAsForOne(String mode) {
    // 1.7 million parameters, which with Adam's two moments of each are 20 megabytes a worker.
    long state = 20L << 20;
    Map<Integer, Long> living = new LinkedHashMap<>();
    for (int workers : List.of(1, 2, 4, 8)) {
      List<Sample> samples =
          train(
              Look.LIVING,
              "local-cluster[" + workers + ",1,512]",
              "--preset",
              "mnist-bench/cnn",
              "--mode",
              mode,
              "--workers",
              String.valueOf(workers),
              "--batch",
              "64",
              "--period",
              mode.equals("averaging") ? "256samples" : "0samples",
              "--epochs",
              "2");
      living.put(
          workers,
          largest(
              looked(samples, Sample::driver),
              0,
              Long.MAX_VALUE,
              sample -> sample.driver().living().orElseThrow()));
    }
    System.out.println("Living in the driver's heap by workers, " + mode + ": " + living);
    // A look falls anywhere in a round, in which one state comes and goes; were each worker's held,
    // eight would take seven more.
    assertThat(living.values())
        .allSatisfy(bytes -> assertThat(bytes - living.get(1)).isLessThan(2 * state));
  }

  @Test
  @EnabledIfSystemProperty(named = "e2spark.steps", matches = "\\d+")
  void noMachineNeedsToHoldTheStatesOfAllWorkers() {
    // 64 workers' states take 1.3 gigabytes, where the driver and each of two executors has a heap
    // of half a gigabyte.
    List<Sample> samples =
        train(
            Look.RESIDENT,
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
        largest(samples, 0, Long.MAX_VALUE, sample -> sample.driver().resident()));
  }

  /** Trains, which has to end well; what was held at each line of progress. */
  private List<Sample> train(Look look, String master, String... more) {
    // The whole Java heap is touched at the start, so what grows afterwards is native memory.
    Map<String, String> environment =
        Map.of("JAVA_TOOL_OPTIONS", "-Xms512m -XX:+AlwaysPreTouch -XX:+UseSerialGC");
    List<Sample> samples = new ArrayList<>();
    Path run = directory.resolve("run-" + master.replaceAll("\\W", "-") + more.length);
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
                run.toString()));
    if (!List.of(more).contains("--preset")) {
      arguments.addAll(List.of("--preset", "quickstart/c8"));
    }
    arguments.addAll(List.of(more));
    Tool.Run trained =
        Tool.run(
            environment,
            process -> sampler(process, look, samples),
            arguments.toArray(String[]::new));
    assertThat(trained.exit()).as(trained.all()).isZero();
    return samples;
  }

  private static Sample last(List<Sample> samples) {
    return samples.get(samples.size() - 1);
  }

  private static void assertLivingFlat(
      String name, List<Sample> samples, Function<Sample, Held> process) {
    assertFlat(
        "living in the heap of " + name,
        looked(samples, process),
        ALLOWED_LIVING,
        sample -> process.apply(sample).living().orElseThrow());
  }

  /** Those for which the heap of a process was looked into. */
  private static List<Sample> looked(List<Sample> samples, Function<Sample, Held> process) {
    return samples.stream().filter(sample -> process.apply(sample).living().isPresent()).toList();
  }

  private static void assertFlat(
      String name, List<Sample> samples, long allowed, ToLongFunction<Sample> held) {
    long total = last(samples).images();
    long warm = largest(samples, total / 8, total / 2, held);
    // The driver loads libtorch at the end, to measure what the model's card tells.
    long late = largest(samples, total / 2, total, held);
    System.out.printf(
        Locale.ROOT, "%s: %,d bytes, then %,d, over %,d images%n", name, warm, late, total);
    assertThat(late - warm).as("%s, bytes from %,d", name, warm).isLessThan(allowed);
  }

  private static long largest(
      List<Sample> samples, long from, long to, ToLongFunction<Sample> held) {
    return samples.stream()
        .filter(sample -> sample.images() >= from && sample.images() < to)
        .mapToLong(held)
        .max()
        .orElseThrow(() -> new AssertionError("No progress between " + from + " and " + to));
  }

  /** Looks into heaps at sixteen places of a training at most, as each look stops the process. */
  private static Consumer<String> sampler(Process process, Look look, List<Sample> samples) {
    long[] looked = {-1};
    return line -> {
      Matcher progress = PROGRESS.matcher(line);
      if (progress.matches()) {
        long images = Long.parseLong(progress.group(1));
        long place = 16 * images / Long.parseLong(progress.group(2));
        boolean isInto = look == Look.LIVING && place > looked[0];
        looked[0] = place;
        // The launcher has become the driver, which is the only worker of local[1].
        Map<Long, Held> executors = new LinkedHashMap<>();
        try (Stream<ProcessHandle> children = process.descendants()) {
          children
              .filter(child -> child.info().command().orElse("").endsWith("java"))
              .forEach(
                  child -> held(child, isInto).ifPresent(held -> executors.put(child.pid(), held)));
        }
        held(process.toHandle(), isInto)
            .ifPresent(driver -> samples.add(new Sample(images, driver, executors)));
      }
    };
  }

  /** Nothing of a process that has ended, as executors do before the last lines of progress. */
  private static Optional<Held> held(ProcessHandle process, boolean isInto) {
    OptionalLong living = isInto ? living(process) : OptionalLong.empty();
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> new Held(Long.parseLong(line.replaceAll("\\D", "")) << 10, living))
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      if (process.isAlive()) {
        throw new AssertionError("Cannot read what process " + process.pid() + " holds", e);
      }
      return Optional.empty();
    }
  }

  /** As the JVM itself tells, which collects before it counts. */
  private static OptionalLong living(ProcessHandle process) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process told =
          new ProcessBuilder(jcmd, String.valueOf(process.pid()), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String text = new String(told.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher total = LIVING.matcher(text);
      return total.find() ? OptionalLong.of(Long.parseLong(total.group(1))) : OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
