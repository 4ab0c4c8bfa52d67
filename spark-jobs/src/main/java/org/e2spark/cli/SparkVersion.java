package org.e2spark.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.text.Text;

/**
 * The lines of Spark that e2spark runs on, and the Java that each needs.
 *
 * @param text as the cluster says it: {@code 4.0.1}, {@code 4.0.2-amzn-0}
 * @param minor 1 of {@code 4.1.2}
 */
record SparkVersion(String text, int minor) {
  private static final int NEWEST = 3;

  /** From here on Java lacks a method by which the Hadoop of Spark 4.0 and 4.1 starts. */
  private static final int JAVA_WITHOUT_GET_SUBJECT = 24;

  private static final int FIRST_ON_THAT_JAVA = 2;
  private static final Pattern FOUR = Pattern.compile("4\\.(\\d{1,4})(?:[^\\d].*)?");

  /**
   * Refuses every other Spark before any of its classes that changed between versions is touched.
   *
   * @throws UsageException if it is not one of 4.0 to 4.3
   */
  static SparkVersion of(String text) {
    Matcher four = FOUR.matcher(text);
    if (!four.matches() || Integer.parseInt(four.group(1)) > NEWEST) {
      throw new UsageException(
          Text.format(
              "Spark %s is not supported: e2spark runs on Spark 4.0 to 4.%d (Scala 2.13). Submit to such a"
                  + " cluster, or unset SPARK_HOME to use the launcher's own.",
              text, NEWEST));
    }
    return new SparkVersion(text, Integer.parseInt(four.group(1)));
  }

  /**
   * Refuses a Java on which this Spark fails later, with a stack trace.
   *
   * @param feature 17, 21, 25, ...
   * @throws UsageException if so
   */
  void checkJava(int feature) {
    if (feature >= JAVA_WITHOUT_GET_SUBJECT && minor < FIRST_ON_THAT_JAVA) {
      throw new UsageException(
          Text.format(
              "Spark %s does not run on Java %d: take Java 17 or 21, or Spark 4.%d or newer.",
              text, feature, FIRST_ON_THAT_JAVA));
    }
  }

  static SparkVersion running() {
    return of(org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }
}
