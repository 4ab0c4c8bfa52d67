package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resident memory over a thousand steps, native memory included. */
class MemoryTest {
  private static final Pattern PROGRESS = Pattern.compile(".* (\\d+)/(\\d+) images.*");
  private static final long ALLOWED = 24L << 20;
  private static final int BATCH = 2;

  @TempDir Path directory;

  private record Sample(long images, long bytes) {}

  @Test
  void aThousandStepsNeedNoMoreMemoryThanTheFirstHundreds() {
    // The whole Java heap is touched at the start, so what grows afterwards is native memory.
    Map<String, String> environment =
        Map.of("JAVA_TOOL_OPTIONS", "-Xms512m -XX:+AlwaysPreTouch -XX:+UseSerialGC");
    List<Sample> samples = new ArrayList<>();
    Tool.Run run =
        Tool.run(
            environment,
            process -> sampler(process, samples),
            "train",
            "--master",
            "local[1]",
            "--driver-memory",
            "512m",
            "--preset",
            "quickstart/c8",
            "--data",
            Digits.shards().toString(),
            "--out",
            directory.resolve("run").toString(),
            "--batch",
            String.valueOf(BATCH),
            "--epochs",
            "2");
    assertThat(run.exit()).as(run.all()).isZero();
    long total = samples.get(samples.size() - 1).images();
    assertThat(total / BATCH).as("steps").isGreaterThanOrEqualTo(1000);
    long warm = largest(samples, total / 8, total / 2);
    long late = largest(samples, total / 2, total + 1);
    assertThat(late - warm).as("bytes from %,d", warm).isLessThan(ALLOWED);
  }

  private static long largest(List<Sample> samples, long from, long to) {
    return samples.stream()
        .filter(sample -> sample.images() >= from && sample.images() < to)
        .mapToLong(Sample::bytes)
        .max()
        .orElseThrow(() -> new AssertionError("No progress between " + from + " and " + to));
  }

  private static Consumer<String> sampler(Process process, List<Sample> samples) {
    return line -> {
      Matcher progress = PROGRESS.matcher(line);
      if (progress.matches()) {
        // The launcher has become the driver, which is the only worker of local[1].
        samples.add(new Sample(Long.parseLong(progress.group(1)), resident(process.toHandle())));
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
