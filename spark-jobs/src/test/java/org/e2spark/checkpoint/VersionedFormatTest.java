package org.e2spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionedFormatTest {

  private record Shape(int height, int width, String name) {}

  /** Squares had one side at first, and no name until the third version. */
  private static final VersionedFormat<Shape> FORMAT =
      VersionedFormat.of(
          "shape.json",
          Shape.class,
          root -> {
            root.set("height", root.get("side"));
            root.set("width", root.remove("side"));
          },
          root -> root.put("name", "unnamed"));

  @Test
  void writesItsVersionAndReadsItself() {
    Shape shape = new Shape(2, 3, "a");
    String text = FORMAT.write(shape);
    assertThat(text).contains("\"formatVersion\" : 3");
    assertThat(FORMAT.read(text, "shape.json")).isEqualTo(shape);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"side\": 4}",
        "{\"formatVersion\": 1, \"side\": 4}",
        "{\"formatVersion\": 2, \"height\": 4, \"width\": 4}",
        "{\"formatVersion\": 3, \"height\": 4, \"width\": 4, \"name\": \"unnamed\"}"
      })
  void readsEveryVersionThereWas(String text) {
    assertThat(FORMAT.read(text, "shape.json")).isEqualTo(new Shape(4, 4, "unnamed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"formatVersion\": 4, \"side\": 4}",
        "{\"formatVersion\": 0, \"side\": 4}",
        "{\"formatVersion\": \"1\", \"side\": 4}",
        "[]",
        "null",
        "{\"side\": 4",
        "{\"side\": 4, \"colour\": 1}",
        "{\"formatVersion\": 2, \"height\": 4}"
      })
  void refusesNewerOnesAndWhatIsNone(String text) {
    assertThatThrownBy(() -> FORMAT.read(text, "shape.json"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("shape.json");
  }

  @Test
  void saysWhichVersionIsNewer() {
    assertThatThrownBy(() -> FORMAT.read("{\"formatVersion\": 7}", "shape.json"))
        .hasMessage("shape.json was written by a newer e2spark: format 7, this one reads 1 to 3");
  }
}
