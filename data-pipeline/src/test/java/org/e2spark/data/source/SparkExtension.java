package org.e2spark.data.source;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one local Spark session, stopped when all tests have run. It has the strictest
 * serialiser that clusters are run with: Kryo, which refuses what was not registered.
 */
public final class SparkExtension implements ParameterResolver {

  /** What Spark and Delta Lake send without having registered it; none of it is ours. */
  private static final List<String> OF_OTHERS =
      List.of(
          "org.apache.spark.sql.types.BinaryType$",
          "org.apache.spark.sql.types.ArrayType",
          "org.apache.spark.sql.types.ByteType$",
          "org.apache.spark.sql.types.FloatType$",
          "org.apache.spark.sql.types.TimestampType$",
          "org.apache.spark.sql.execution.streaming.SinkFileStatus",
          "org.apache.spark.sql.execution.streaming.sinks.SinkFileStatus",
          "org.apache.spark.ml.linalg.VectorUDT",
          "org.apache.spark.sql.catalyst.expressions.GenericInternalRow",
          "org.apache.spark.sql.delta.stats.DeltaFileStatistics",
          "org.apache.spark.sql.delta.actions.AddFile");

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
                        .master("local[2]")
                        .appName("e2spark tests")
                        .config("spark.ui.enabled", "false")
                        .config("spark.sql.shuffle.partitions", "2")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.executor.heartbeatInterval", "1s")
                        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                        .config("spark.kryo.registrationRequired", "true")
                        .config("spark.kryo.classesToRegister", present(OF_OTHERS))
                        .getOrCreate()),
            Shared.class)
        .session();
  }

  private static String present(List<String> classes) {
    return classes.stream().filter(SparkExtension::isPresent).collect(Collectors.joining(","));
  }

  private static boolean isPresent(String name) {
    return SparkExtension.class.getClassLoader().getResource(name.replace('.', '/') + ".class")
        != null;
  }
}
