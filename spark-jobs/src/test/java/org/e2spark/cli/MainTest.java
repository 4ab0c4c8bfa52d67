package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine main = Main.commandLine();
    main.setOut(new PrintWriter(out));
    main.setErr(new PrintWriter(err));
    int code = main.execute(arguments);
    return new Outcome(code, out.toString(), err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "train", "evaluate", "quickstart"})
  void everyCommandHelps(String command) {
    Outcome outcome = run(command, "--help");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("Usage: e2spark " + command)
        .contains("--out".substring(0, 2));
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "evaluate m --data d --dta x|Unknown options: '--dta'",
        "train --preset quickstart/c8|--data",
        "train --preset p --data d --out o --schedule cosine|'cosine' is none of: constant, one-cycle",
        "train --preset p --data d --out o --epochs many|many",
        "train --preset p --data d --out o --epochs 0|Invalid epochs: 0 (must be >= 1)",
        "prepare cifar --from a --out b|'cifar' is none of: mnist, mnist-rot",
        "fly|fly",
      })
  void whatTheUserCanMendIsOneLineAndTwo(String line, String message) {
    Outcome outcome = run(line.split(" "));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err().strip().lines()).singleElement().asString().contains(message);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void anotherSparkIsRefused() {
    assertThatThrownBy(() -> SparkVersion.check("3.5.1"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Spark 3.5.1 is not supported");
    assertThatThrownBy(() -> SparkVersion.check("4.1.0")).isInstanceOf(UsageException.class);
    SparkVersion.check("4.0.2");
  }
}
