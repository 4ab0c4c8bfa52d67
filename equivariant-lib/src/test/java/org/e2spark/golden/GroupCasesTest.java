package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the cases of kind "group" alone, for quick feedback on the mathematics. */
class GroupCasesTest {

  @Test
  void everyGroupCaseHolds() throws IOException {
    List<GoldenCase> cases = GoldenCase.all(GoldenCase.folder());
    assertThat(cases).isNotEmpty();
    cases.stream().filter(c -> c.kind().equals("group")).forEach(GroupCases::run);
  }
}
