package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The jar for clusters says what is inside, and holds the licences of all of it. */
class LicencesTest {

  /** The text of each licence that is not Apache's, by the group of those that have it. */
  private static final Map<String, String> TEXTS =
      Map.of(
          "com.google.protobuf", "protobuf",
          "com.twelvemonkeys.common", "twelvemonkeys",
          "com.twelvemonkeys.imageio", "twelvemonkeys",
          "me.tongfei", "progressbar",
          "net.razorvine", "pickle",
          "org.jline", "jline");

  /** What the bill names and the cluster brings. */
  private static final List<String> BROUGHT = List.of("org.slf4j");

  private static final String BILL = "META-INF/sbom/e2spark.cdx.json";

  @Test
  void theLicenceOfEverythingInsideIsThere() throws IOException {
    try (JarFile jar =
        new JarFile(Tool.ROOT.resolve("spark-jobs/target/e2spark-assembly.jar").toFile())) {
      assumeThat(jar.getEntry(BILL)).as("the bill of materials, made by online builds").isNotNull();
      JsonNode bill = new ObjectMapper().readTree(text(jar, BILL));
      List<String> groups = new ArrayList<>();
      for (JsonNode component : bill.get("components")) {
        String group = component.get("group").asText();
        groups.add(group);
        boolean isApache = component.get("licenses").toString().contains("\"Apache-2.0\"");
        if (!isApache && !BROUGHT.contains(group)) {
          assertThat(TEXTS).as("the licence of %s", component.get("purl")).containsKey(group);
          assertThat(text(jar, "META-INF/licenses/" + TEXTS.get(group) + ".txt"))
              .contains("Copyright");
        }
      }
      assertThat(groups).containsAll(TEXTS.keySet()).contains("ai.djl.pytorch", "org.ejml");
      assertThat(text(jar, "META-INF/LICENSE")).contains("Apache License");
      assertThat(text(jar, "META-INF/NOTICE")).contains("Apache Commons Compress");
      assertThat(text(jar, "META-INF/licenses/libtorch.txt")).contains("Facebook, Inc");
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    assertThat(jar.getEntry(name)).as(name).isNotNull();
    return new String(
        jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }
}
