package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {

  @Test
  void meansOfTheSeedsStandBesideTheirRange() {
    var table = new ComparisonTable();
    for (int seed = 0; seed < 2; seed++) {
      table.add(new ComparisonTable.Run("quickstart/d4", 59_906, 4 + seed, 10));
      table.add(new ComparisonTable.Run("quickstart/cnn-narrow", 60_010, 6.5, 20 + 2 * seed));
    }
    assertThat(printed(table))
        .containsExactly(
            "",
            "network                  parameters       test error    seconds",
            "quickstart/d4                59,906           4.50 %       10.0  (4.0 to 5.0 %)",
            "quickstart/cnn-narrow        60,010           6.50 %       21.0  (6.5 to 6.5 %)");
  }

  @Test
  void oneSeedHasNoRange() {
    var table = new ComparisonTable();
    table.add(new ComparisonTable.Run("quickstart/c8", 59_906, 3.7, 95.25));
    assertThat(printed(table))
        .last()
        .isEqualTo("quickstart/c8                59,906           3.70 %       95.3");
  }

  @Test
  void whatCannotBeComparedIsRefusedBeforeSparkStarts() {
    assertThat(CommandRun.of("quickstart", "--compare", "-1").errors())
        .singleElement()
        .asString()
        .contains("Invalid --compare: -1");
    assertThat(CommandRun.of("quickstart", "--compare", "1", "--baseline").errors())
        .singleElement()
        .asString()
        .contains("either --compare or --baseline");
  }

  private static List<String> printed(ComparisonTable table) {
    var text = new StringWriter();
    table.print(new PrintWriter(text));
    return text.toString().lines().toList();
  }
}
