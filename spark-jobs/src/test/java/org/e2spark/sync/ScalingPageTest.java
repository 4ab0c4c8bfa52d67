package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.text.Text;
import org.junit.jupiter.api.Test;

/** The tables of {@code cluster-configs/scaling.md} are what its model gives for its constants. */
class ScalingPageTest {

  private static final int[] WORKERS = {8, 64, 256, 1_024};
  private static final int IMAGES = 64;
  private static final double GIGABIT = 1e9 / 8;

  private final List<String> page = page();
  private final Map<String, Double> constants = constants();

  private static List<String> page() {
    Path root = Path.of(System.getProperty("e2spark.build.dir", ".."));
    try {
      return Files.readAllLines(root.resolve("cluster-configs/scaling.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Double> constants() {
    Map<String, Double> found = new TreeMap<>();
    for (List<String> row : table("| constant |")) {
      String number = row.get(1).replaceAll("[^\\d.]", "");
      double unit = row.get(1).endsWith("µs") ? 1e-6 : row.get(1).endsWith("ms") ? 1e-3 : 1;
      found.put(row.get(0).replace("`", ""), unit * Double.parseDouble(number));
    }
    return found;
  }

  private double constant(String name) {
    return constants.get(name);
  }

  /** Rows of a table without its head. */
  private List<List<String>> table(String head) {
    int first = IntStream.range(0, page.size()).filter(i -> page.get(i).startsWith(head)).sum();
    List<List<String>> rows = new ArrayList<>();
    for (int i = first + 2; page.get(i).startsWith("|"); i++) {
      rows.add(Arrays.stream(page.get(i).substring(1).split("\\|")).map(String::strip).toList());
    }
    return rows;
  }

  /** Seconds of a sum of so many numbers around the ring. */
  private double ring(int workers, double numbers, double bytesASecond) {
    double bytes = 4 * numbers;
    double frames = 2 * (workers - 1) * Math.ceil(bytes / (workers * RingAllReduce.PART_BYTES));
    return 2.0 * (workers - 1) / workers * bytes / (constant("e") * bytesASecond)
        + frames * (constant("l") + constant("s"));
  }

  /** Seconds of a round of averaging beside its steps. */
  private double round(int workers, double numbers, double bytesASecond) {
    return constant("j")
        + constant("d") * workers
        + 3 * 4 * numbers / (constant("e") * bytesASecond);
  }

  private static String digits(double value) {
    return value < 10 ? Text.format("%.1f", value) : Text.format("%,.0f", value);
  }

  @Test
  void whatTheCodeSaysIsWhatThePageSays() {
    Block network = Presets.create("mnist-bench/regular-c4", 1, 10);
    try (NDManager manager = NDManager.newBaseManager()) {
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 28, 28));
      assertThat((double) Networks.parameterCount(network)).isEqualTo(constant("P"));
    }
    assertThat(page).anyMatch(line -> line.contains("512 KiB"));
    assertThat(RingAllReduce.PART_BYTES).isEqualTo(512 * 1024);
  }

  @Test
  void whatASumTakesIsWhatTheModelGives() {
    double gradients = constant("P");
    assertRows(
        "| workers | 1 Gbit/s |",
        workers -> {
          double needed = 19 * ring(workers, gradients, 25 * GIGABIT);
          double averaged = 19 * ring(workers, 3 * gradients, 25 * GIGABIT) / 16;
          return List.of(
              digits(1e3 * ring(workers, gradients, GIGABIT)),
              digits(1e3 * ring(workers, gradients, 25 * GIGABIT)),
              digits(1e3 * ring(workers, gradients, 100 * GIGABIT)),
              digits(1e3 * needed),
              digits(1e3 * averaged));
        });
  }

  @Test
  void theThroughputIsWhatTheModelGives() {
    double compute = constant("c");
    double gradients = constant("P");
    assertRows(
        "| workers | no waiting |",
        workers -> {
          double sum = ring(workers, gradients, 25 * GIGABIT);
          double average = ring(workers, 3 * gradients, 25 * GIGABIT);
          double round = round(workers, 3 * gradients, 25 * GIGABIT);
          return IntStream.range(0, 5)
              .mapToDouble(
                  way ->
                      switch (way) {
                        case 0 -> 0;
                        case 1 -> sum;
                        case 2 -> average / 16;
                        case 3 -> round / 16;
                        default -> round / 64;
                      })
              .mapToObj(
                  waiting -> Text.format("%,.0f", (double) IMAGES * workers / (compute + waiting)))
              .toList();
        });
  }

  private void assertRows(String head, IntFunction<List<String>> expected) {
    List<List<String>> rows = new ArrayList<>();
    for (int workers : WORKERS) {
      List<String> row = new ArrayList<>(List.of(Text.format("%,d", workers)));
      row.addAll(expected.apply(workers));
      rows.add(row);
    }
    assertThat(table(head)).isEqualTo(rows);
  }
}
