package org.e2spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows of Spark ML is code that compiles. */
class ReadmePipelineTest {

  @TempDir Path folder;

  @Test
  void theReadmesPipelineCompiles() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int chapter = readme.indexOf("## In Spark ML");
    int from = readme.indexOf("```java\n", chapter) + "```java\n".length();
    String block = readme.substring(from, readme.indexOf("```", from));
    assertThat(block).contains("new EquivariantClassifier()");
    Path source =
        Files.writeString(
            folder.resolve("Shown.java"),
            """
            import org.apache.spark.ml.*;
            import org.apache.spark.ml.feature.*;
            import org.apache.spark.sql.*;
            import org.e2spark.ml.*;

            class Shown {
              static void run(Dataset<Row> train, Dataset<Row> test) throws Exception {
            """
                + block
                + "}}");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringWriter errors = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                errors,
                null,
                null,
                List.of("-proc:none", "-cp", path, "-d", folder.toString()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    assertThat(compiled).as(errors.toString()).isTrue();
  }

  /** {@code .ci/consumers.sh} compiles it. */
  @Test
  void scalaIsThatOfAConsumer() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int from = readme.indexOf("```scala\n") + "```scala\n".length();
    String block = readme.substring(from, readme.indexOf("```", from));
    String consumer =
        Files.readString(Path.of("../consumers/sbt-spark/src/main/scala/consumer/Train.scala"));
    assertThat(block).contains("new EquivariantClassifier()");
    assertThat(block.lines().map(String::strip))
        .isSubsetOf(consumer.lines().map(String::strip).toList());
  }
}
