package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.train.TestDigits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A training's events as lines of JSON, and the page about runs. */
@ExtendWith(SparkExtension.class)
@Timeout(120)
class ReportCommandTest {

  private static final int TESTED = 60;

  @TempDir static Path folder;
  private static String shards;
  private static String toldMeanwhile;

  @BeforeAll
  static void train(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 240, TESTED);
    PrintStream errors = System.err;
    try (Meanwhile told = new Meanwhile(folder.resolve("first/model/manifest.json"))) {
      System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
      Main.main(training("first", "--learning-rate", "0.0003"));
      toldMeanwhile = told.toString(StandardCharsets.UTF_8);
    } finally {
      System.setErr(errors);
    }
    train("second", "--learning-rate", "0.002", "--validate", "test");
  }

  private static String[] training(String name, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--preset", "quickstart/cnn", "--data", shards, "--epochs", "2"));
    arguments.addAll(List.of("--out", path(name), "--events", path(name + ".jsonl")));
    arguments.addAll(List.of(options));
    return arguments.toArray(String[]::new);
  }

  private static void train(String name, String... options) {
    CommandRun run = CommandRun.of(training(name, options));
    assertThat(run.code()).as(run.err()).isZero();
  }

  /** Keeps what is written before a file is there. */
  private static final class Meanwhile extends ByteArrayOutputStream {
    private final Path file;

    Meanwhile(Path file) {
      this.file = file;
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      if (!Files.exists(file)) {
        super.write(bytes, from, length);
      }
    }
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void everyEventIsALineOfJson() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<String> kinds = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("second.jsonl"))) {
      JsonNode event = mapper.readTree(line);
      assertThat(Instant.parse(event.get("time").asText())).isBefore(Instant.now());
      kinds.add(event.get("event").asText());
      if (event.get("event").asText().equals("validated")) {
        assertThat(event.get("split").asText()).isEqualTo("test");
      }
      if (event.get("event").asText().equals("epoch-finished")) {
        JsonNode shares = event.at("/metrics/shares");
        assertThat(shares.get("compute").asDouble()).isPositive();
        assertThat(
                shares.get("data").asDouble()
                    + shares.get("compute").asDouble()
                    + shares.get("synchronisation").asDouble())
            .isCloseTo(1, within(1e-9));
      }
    }
    assertThat(kinds)
        .contains("configured", "started", "progressed", "validated")
        .last()
        .isEqualTo("epoch-finished");
  }

  @Test
  void aFileThatCannotBeWrittenIsRefusedBeforeTraining() {
    CommandRun run =
        CommandRun.of(
            "train",
            "--preset",
            "quickstart/cnn",
            "--data",
            shards,
            "--out",
            path("never"),
            "--events",
            path("nowhere/events.jsonl"));
    assertThat(run.code()).isEqualTo(Main.USAGE);
    assertThat(run.errors()).singleElement().asString().contains("Cannot write --events");
    assertThat(folder.resolve("never")).doesNotExist();
  }

  @Test
  void thePageOfARunShowsWhatItGetsWrong() throws IOException {
    String page = report("one.html", "first", "--data", shards);
    assertThat(page).contains("Loss (cross entropy)", "<polyline", "waiting for images");
    assertThat(page).contains("learningRate", "threadsPerWorker", "quickstart/cnn");
    assertThat(page).doesNotContain("http:", "https:", "<script", "<link");
    Matcher error = Pattern.compile("\\((\\d+) of " + TESTED + "\\)").matcher(page);
    assertThat(error.find()).isTrue();
    int errors = Integer.parseInt(error.group(1));
    assertThat(errors).isPositive();
    assertThat(page.split("data:image/png;base64,", -1)).hasSize(1 + Math.min(errors, 24));
    assertThat(counts(page)).isEqualTo(TESTED);
    assertThat(page).contains("<th>error on test</th>", "takes for what on test");
  }

  @Test
  void anErrorIsThatOfTheSplitThatWasMeasured() throws IOException {
    String page = report("train.html", "first", "--data", shards, "--split", "train");
    assertThat(page).contains("<th>error on train</th>", "takes for what on train");
    assertThat(page).doesNotContain("test error", "on test");
  }

  @Test
  void runsOfOneNameAreToldApartByTheirFolders() {
    assertThat(RunNames.of(List.of(at("/a/c8"), at("/b/c8")))).containsExactly("a/c8", "b/c8");
    assertThat(RunNames.of(List.of(at("/a/c8"), at("/a/c4")))).containsExactly("c8", "c4");
  }

  @Test
  void runsStandBesideEachOther() throws IOException {
    String page = report("two.html", "first", path("second"));
    assertThat(page)
        .contains("first beside second", "second: test", "error on test while training")
        .containsPattern("class=\"differs\"><th>validation.split</th><td>–</td><td>test</td>");
    assertThat(page)
        .containsPattern("class=\"differs\"><th>learningRate</th><td>3.0E-4</td><td>0.002</td>")
        .doesNotContainPattern("class=\"differs\"><th>epochs</th>");
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    CommandRun run = CommandRun.of("report", shards, "--out", path("none.html"));
    assertThat(run.code()).isEqualTo(Main.USAGE);
    assertThat(run.errors()).singleElement().asString().contains("No run is at");
    assertThat(folder.resolve("none.html")).doesNotExist();
  }

  @Test
  void aFailedCommandDoesNotEndAJvmInWhichSparkRan(SparkSession spark) {
    String[] command = {"report", shards, "--out", path("none.html")};
    assertThatThrownBy(() -> Main.main(command))
        .isInstanceOf(Main.FailedCommandException.class)
        .hasMessageContaining("exit code 2: e2spark: No run is at");
    assertThat(spark.sparkContext().isStopped()).isFalse();
  }

  /** As in a job of Databricks, which has a context, and a session only if somebody asked. */
  @Test
  void aContextThatOthersStartedIsTakenAndGoesOn(SparkSession spark) {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      Main.main(
          new String[] {"report", path("first"), "--data", shards, "--out", path("guest.html")});
    } finally {
      SparkSession.setDefaultSession(spark);
      SparkSession.setActiveSession(spark);
    }
    assertThat(folder.resolve("guest.html")).isNotEmptyFile();
    assertThat(spark.sparkContext().isStopped()).isFalse();
    assertThat(spark.range(3).count()).isEqualTo(3);
  }

  @Test
  void whereSparkRanAlreadyProgressIsToldWhileATrainingRuns(SparkSession spark) {
    assertThat(folder.resolve("first/model/manifest.json")).exists();
    assertThat(toldMeanwhile)
        .containsPattern("quickstart/cnn.*loss .* epoch 1/2 \\(240/480 images");
    assertThat(spark.sparkContext().isStopped()).isFalse();
  }

  private static org.apache.hadoop.fs.Path at(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }

  private static String report(String file, String run, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("report", path(run), "--out", path(file)));
    arguments.addAll(List.of(more));
    CommandRun command = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(command.code()).as(command.err()).isZero();
    assertThat(command.out()).contains(path(file));
    return Files.readString(folder.resolve(file));
  }

  /** The sum of the cells of the confusion table. */
  private static int counts(String page) {
    Matcher table = Pattern.compile("(?s)<table class=\"confusion\">(.*?)</table>").matcher(page);
    assertThat(table.find()).isTrue();
    Matcher cell = Pattern.compile("<td style=[^>]*>(\\d+)</td>").matcher(table.group(1));
    int sum = 0;
    while (cell.find()) {
      sum += Integer.parseInt(cell.group(1));
    }
    return sum;
  }
}
