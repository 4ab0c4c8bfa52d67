package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecipesCommandTest {

  @Test
  void listsWhatWasPublishedAndWhatItCosts() {
    CommandRun run = CommandRun.of("recipes", "table7");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(7);
    assertThat(run.out().lines().filter(line -> line.startsWith("table7/stl10/wrn16-8 ")))
        .singleElement()
        .asString()
        .contains("10,961,370", "5,000,000", "12.74 ± 0.23");
    assertThat(CommandRun.of("recipes", "table5").out()).contains("0.72 ± 0.03?");
    assertThat(CommandRun.of("recipes", "table9").err()).contains("No recipe has 'table9'");
  }

  @Test
  void showsOneWithItsOptionsAndDefects() {
    CommandRun run = CommandRun.of("recipes", "--show", "table3/mnist-rot/cnn");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("10,000 to train on", "without a copy", "\"rotate:bilinear\"");
    CommandRun none = CommandRun.of("recipes", "--show", "table3/mnist-rot/cnnn");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("did you mean table3/mnist-rot/cnn");
  }

  @Test
  void whatCannotBeReproducedIsRefusedBeforeSparkStarts() {
    assertThat(CommandRun.of("reproduce", "--from", "raw", "--out", "out").err())
        .contains("Name a recipe, or --table");
    assertThat(
            CommandRun.of(
                    "reproduce",
                    "table5/mnist-rot/c16",
                    "--from",
                    "r",
                    "--out",
                    "o",
                    "--scale",
                    "2")
                .err())
        .contains("Invalid scale: 2.0");
    assertThat(
            CommandRun.of(
                    "reproduce", "--table", "table3", "--only", "x9", "--from", "r", "--out", "o")
                .err())
        .contains("No recipe of --table table3 has 'x9'");
  }
}
