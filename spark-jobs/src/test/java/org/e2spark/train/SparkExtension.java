package org.e2spark.train;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one local Spark session of three slots, stopped when all tests have run. */
public final class SparkExtension implements ParameterResolver {

  private record Shared(SparkSession session) implements AutoCloseable {
    @Override
    public void close() {
      session.stop();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(
            SparkSession.class,
            key ->
                new Shared(
                    SparkSession.builder()
                        .master("local[3]")
                        .appName("e2spark tests")
                        .config("spark.ui.enabled", "false")
                        .config("spark.sql.shuffle.partitions", "2")
                        .config("spark.driver.host", "127.0.0.1")
                        .getOrCreate()),
            Shared.class)
        .session();
  }
}
