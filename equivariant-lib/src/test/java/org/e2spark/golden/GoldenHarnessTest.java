package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a golden folder holds and the tests do not know is an error that names the case. */
class GoldenHarnessTest {

  private static final Path GOLDEN = GoldenCase.resource("/golden");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c4-relu-default | kind              | \"modul\"                  | Unknown kind: modul",
        "c4-relu-default | module            | \"GELU\"                   | Unknown module: GELU",
        "c4-relu-default | options           | {\"slope\": 2}             | Unknown options of",
        "c4-relu-default | seed              | 3                          | Unknown fields: [seed]",
        "c4-relu-default | in                | [[{\"repr\": \"odd\"}, 1]] | Unknown representation",
        "c4-relu-default | gspace            | {\"type\": \"Cube\"}       | Unknown gspace",
        "c4-relu-default | gspace            | {\"type\": \"Rot2dOnR2\", \"M\": 4} | Unknown fields of a gspace: [M]",
        "c4-relu-default | file              | \"none.npz\"               | none.npz",
        "c4-circular     | options           | {\"halo\": 1}              | Unknown options of",
        "c4-diffop       | options           | {\"maximum_order\": 2, \"accuracy\": 2, \"method\": \"fem\"} | Unknown options of",
        "c4-sgd          | conv_options      | {\"rank\": 1}              | Unknown options of",
        "c4-sgd          | optimizer         | {\"kind\": \"SGD\", \"lr\": 0.1, \"dampening\": 1} | Unknown options of",
        "c4-sgd          | optimizer         | {\"kind\": \"Lion\", \"lr\": 0.1} | Unknown optimizer: Lion",
      })
  void whatIsUnknownIsNamed(String name, String field, String value, String message)
      throws IOException {
    JsonObject entry = entry(name);
    entry.add(field, JsonParser.parseString(value));
    GoldenCase changed = write(entry);
    assertThatThrownBy(() -> GoldenTest.run(changed))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Golden case '" + changed.label() + "'")
        .hasMessageContaining(message);
  }

  @Test
  void arraysThatNobodyReadsAreNamed() throws IOException {
    JsonObject entry = entry("c4-relu-default");
    entry.addProperty("file", entry("c8-rgb-regular-k5").get("file").getAsString());
    GoldenCase changed = write(entry);
    changed.arrays().get("x");
    assertThatThrownBy(changed::requireAllArraysRead)
        .hasMessageContaining("Unknown arrays: [weights, ");
  }

  @Test
  void aFolderWithoutCasesIsNamed() {
    String before = System.getProperty("e2spark.golden.dir", "");
    try {
      System.setProperty("e2spark.golden.dir", folder.toString());
      assertThatThrownBy(GoldenCase::folder)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(folder.toString());
      System.setProperty("e2spark.golden.dir", "src/test/resources/golden");
      assertThat(GoldenCase.folder().resolve("cases.json")).isRegularFile();
      System.setProperty("e2spark.golden.dir", GOLDEN.toString());
      assertThat(GoldenCase.folder()).isEqualTo(GOLDEN);
    } finally {
      System.setProperty("e2spark.golden.dir", before);
    }
  }

  private static JsonObject entry(String name) throws IOException {
    return GoldenCase.all(GOLDEN).stream()
        .map(GoldenCase::json)
        .filter(json -> json.get("name").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private GoldenCase write(JsonElement entry) throws IOException {
    for (GoldenCase c : GoldenCase.all(GOLDEN)) {
      String file = c.json().get("file").getAsString();
      if (entry.getAsJsonObject().get("file").getAsString().equals(file)) {
        Files.copy(GOLDEN.resolve(file), folder.resolve(file));
        break;
      }
    }
    JsonArray cases = new JsonArray();
    cases.add(entry);
    JsonObject all = new JsonObject();
    all.add("cases", cases);
    Files.writeString(folder.resolve("cases.json"), all.toString());
    return GoldenCase.all(folder).get(0);
  }
}
