package org.e2spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The Python package has the Params that Java has. After a change of Params, write its module anew:
 * {@code mvn -pl spark-jobs -am test -Dtest=PythonApiTest -De2spark.python.write=true
 * -Dsurefire.failIfNoSpecifiedTests=false}
 */
class PythonApiTest {

  private static final Path MODULE =
      Path.of(System.getProperty("e2spark.build.dir", ".."))
          .resolve("spark-jobs/python/src/org/e2spark/ml.py");

  @Test
  void theModuleIsThatOfTheParams() throws Exception {
    List<Class<?>> types = new ArrayList<>();
    for (String service : List.of("Estimator", "Transformer")) {
      String file = "/META-INF/services/org.apache.spark.ml." + service;
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  EquivariantClassifier.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
        for (String name : lines.lines().filter(line -> line.startsWith("org.e2spark")).toList()) {
          types.add(Class.forName(name));
        }
      }
    }
    Path sources = MODULE.resolve("../../../../../src/main/java/org/e2spark/ml").normalize();
    String module = new PythonApi(sources).module(types);
    if (Boolean.getBoolean("e2spark.python.write")) {
      Files.writeString(MODULE, module);
    }
    assertThat(Files.readString(MODULE))
        .as("%s, of which the Javadoc of %s tells how it is written", MODULE, getClass())
        .isEqualTo(module);
  }
}
