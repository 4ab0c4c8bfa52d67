package org.e2spark.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The build's tests run where what forgets to name a locale goes wrong. */
@DisabledIfSystemProperty(named = "test.locale", matches = ".*", disabledReason = "another locale")
class LocaleTest {
  private static final Locale HERE = Locale.getDefault();

  @Test
  void lettersAndDigitsAreOthers() {
    assertThat("TITLE".toLowerCase(HERE)).isNotEqualTo("title");
    assertThat("title".toUpperCase(HERE)).isNotEqualTo("TITLE");
    assertThat(String.format(HERE, "%d", 12)).isNotEqualTo("12");
    assertThat(String.format(HERE, "%.2f", 1.5)).isNotEqualTo("1.50");
  }
}
