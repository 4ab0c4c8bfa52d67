package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.model.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fetch",
        "prepare",
        "inspect",
        "presets",
        "train",
        "evaluate",
        "quickstart",
        "doctor"
      })
  void everyCommandHelps(String command) {
    CommandRun run = CommandRun.of(command, "--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Usage: e2spark " + command).contains("--").doesNotContain("${");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void helpNamesTheFormatsThatThereAre() {
    assertThat(CommandRun.of("prepare", "--help").out().replaceAll("\\s+", " "))
        .contains("or a format: " + String.join(", ", SourceCatalog.formats()))
        .contains("The column of the images: parquet, delta.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "evaluate m --data d --dta x|Unknown options: '--dta'",
        "train --preset quickstart/c8|--out",
        "train --preset quickstart/c8 --out o|Missing --data",
        "train --preset p --data d --out o --schedule cosin|'cosin' is no schedule (there are:"
            + " constant, one-cycle",
        "train --preset p --data d --out o --schedule step:0.1:5weeks|'5weeks' is no span of"
            + " training",
        "train --preset p --data d --out o --penalty conv=1|'conv=1' is no penalty",
        "train --options no-such.json --out o|no-such.json",
        "train --preset p --data d --out o --epochs many|many",
        "train --preset p --data d --out o --epochs 0|Invalid epochs: 0 (must be >= 1)",
        "train --preset p --data d --out o --augment blur|'blur' is no stage of augmentation (there"
            + " are: none, crop:P",
        "train --preset p --data d --out o --augment crop:0|Invalid padding: 0 (must be at least"
            + " 1)",
        "train --preset p --data d --out o --ports 40100-40000|Invalid ports: 40100-40000 (such as"
            + " 40000-40100",
        "train --preset p --data d --out o --ports any|Invalid ports: any (such as 40000-40100)",
        "train --preset p --data d --out o --collective-timeout 0|60.0 s to connect, 0.0 s idle in"
            + " a collective (both must be > 0 s)",
        "train --preset p --data d --out o --wait -1|Invalid wait for executors: -1 s",
        "prepare svhn --from a --out b|Unknown image set or format: 'svhn' (known: cifar10",
        "prepare stl10-ablation:7 --from a --out b|'7' (a multiple of 10 of 10 to 8000)",
        "prepare mnist --from a --out b --tolerate 3|The set 'mnist' is verified by checksum",
        "prepare idx --from a --out b --shape 1x28x28|tell their shape: leave out 1x28x28",
        "prepare folder --from a --out b --classes x,y|tell their classes: leave out [x, y]",
        "prepare amat --from a --out b --shape 28x28|'28x28' is not CHANNELSxHEIGHTxWIDTH",
        "prepare amat --from a --out b --shape 1x0x28|Invalid image shape: 1x0x28",
        "prepare idx --from a --out b --rotate linear|'linear' is none of: nearest, bilinear,"
            + " bicubic",
        "prepare idx --from a --out b --resize 29|'29' is not HEIGHTxWIDTH, as in 29x29",
        "prepare idx --from a --out b --pad 0x29|Invalid size: 0x29 (both sides must be >= 1)",
        "prepare idx --from a --out b --split train=0.5|add up to 1",
        "prepare idx --from a --out b --split train=half|half",
        "prepare idx --from a --out b --split a/b=1|Invalid part: 'a/b'",
        "prepare idx --from a --out b --copies 3|3 copies of an image would be equal: add --rotate"
            + " or --reflect",
        "prepare idx --from a --out b --copies 0|Invalid copies: 0 (must be >= 1)",
        "prepare idx --from a --out b --shard-bytes 70000000|Invalid bytes of a shard: 70000000",
        "prepare idx --from a --out b --batch-rows 0|Invalid record batch: 0 rows",
        "fetch svhn --to d|Unknown image set: 'svhn'",
        "fetch mnist --to s3a://b/c|fetch to a folder of this machine",
        "fetch mnist --to pom.xml|it is a file, not a folder",
        "fetch mnist --to d --mirror ftp://h/|must begin with http:// or https://",
        "fetch mnist --to d --attempts 0|Invalid attempts: 0 (at least 1)",
        "inspect d --augment flip|add --sheet FILE.png",
        "inspect d --sheet no/such/folder/s.png|name a file in a folder that exists",
        "inspect d --sheet s.png --per-class 0|Invalid --per-class: 0 (must be in [1, 1000])",
        "inspect d --sheet s.png --augment cutout:3|Invalid Cutout size: 3",
        "inspect no-such-folder|no-such-folder",
        "presets vgg|No preset has 'vgg' in its name",
        "train --preset quickstart/c9 --data d --out o|did you mean quickstart/c1, ",
        "train --preset quickstart/c8 --data no-such-folder --out o|no-such-folder",
        "evaluate no-such-model --data d|No model in ",
        "prepare folder --from no-such-folder --out b|There is nothing at ",
        "fly|fly",
      })
  void whatTheUserCanMendIsOneLineAndTwo(String line, String message) {
    CommandRun run = CommandRun.of(line.split(" "));
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.errors()).singleElement().asString().startsWith("e2spark: ").contains(message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aFileOfOptionsIsReadAndTheCommandLineGoesBefore(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("options.json");
    Files.writeString(
        file, "{\"preset\": \"quickstart/c8\", \"epochs\": 3, \"data\": \"nowhere-1\"}");
    assertThat(train(file)).contains("nowhere-1");
    assertThat(train(file, "--data", "nowhere-2")).contains("nowhere-2");
    assertThat(train(file, "--preset", "quickstart/c9")).contains("did you mean quickstart/c1");
    assertThat(train(file, "--batch", "0")).contains("Invalid batch: 0");
    Files.writeString(file, "{\"preset\": \"quickstart/c8\"}");
    assertThat(train(file)).contains("options.json").contains("lack data");
    Files.writeString(file, "{\"learningrate\": 0.1}");
    assertThat(train(file)).contains("'learningrate': did you mean learningRate?");
    Files.writeString(file, "[]");
    assertThat(train(file)).contains("options.json");
  }

  private static String train(Path options, String... more) {
    List<String> line =
        new ArrayList<>(List.of("train", "--options", options.toString(), "--out", "o"));
    line.addAll(List.of(more));
    CommandRun run = CommandRun.of(line.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.errors()).hasSize(1);
    return run.err();
  }

  @Test
  void presetsAreListed() {
    CommandRun all = CommandRun.of("presets");
    assertThat(all.code()).isZero();
    assertThat(all.out().lines()).hasSize(1 + Presets.names().size());
    CommandRun some = CommandRun.of("presets", "mnist-final");
    assertThat(some.out().lines())
        .hasSize(4)
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches("mnist-final/d16-c16-r5 +1x28x28 +3,069,353  D16 > C16 +regular.*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.1", "3.5.6-amzn-1", "5.0.0", "4.4.0", "4.10.0", "4", "40.1", ""})
  void anotherSparkIsRefused(String version) {
    assertThatThrownBy(() -> SparkVersion.of(version))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "Spark " + version + " is not supported: e2spark runs on Spark 4.0 to 4.3");
  }

  @ParameterizedTest
  @CsvSource({"4.0.0,0", "4.0.2-amzn-0,0", "4.1.2,1", "4.2.0-SNAPSHOT,2", "4.3.0,3", "4.3,3"})
  void everySparkFourOfTodayIsTaken(String version, int minor) {
    assertThat(SparkVersion.of(version).minor()).isEqualTo(minor);
    SparkVersion.of(version).checkJava(21);
  }

  @Test
  void aSparkThatDoesNotRunOnAJavaSaysSo() {
    assertThatThrownBy(() -> SparkVersion.of("4.1.2").checkJava(25))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Spark 4.1.2 does not run on Java 25: take Java 17 or 21, or Spark 4.2 or newer.");
    SparkVersion.of("4.2.0").checkJava(25);
  }
}
