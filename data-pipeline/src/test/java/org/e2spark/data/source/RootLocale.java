package org.e2spark.data.source;

import java.util.Locale;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a class of tests under a locale with Latin digits. For what others wrote and no test can
 * mend: Spark ML's pipelines, Delta Lake and HDFS name files in the digits of the locale, and do
 * not find those that another locale named.
 */
public final class RootLocale implements BeforeAllCallback, AfterAllCallback {
  private Locale before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = Locale.getDefault();
    Locale.setDefault(Locale.ROOT);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Locale.setDefault(before);
  }
}
