package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.StateDict;
import org.e2spark.spec.LayerSpec;
import org.e2spark.spec.SpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecTest {

  private static final String TEXT =
      """
      {
        "formatVersion": 1,
        "gspace": {"group": "C4"},
        "input": {"channels": 1, "height": 29, "width": 29},
        "classes": 10,
        "layers": [
          {"kind": "R2Conv", "name": "first", "fields": ["4 x regular"], "kernelSize": 5},
          {"kind": "ELU"},
          {"kind": "R2Conv", "fields": ["2 x regular", "trivial"], "kernelSize": 3, "bias": false},
          {"kind": "GroupPooling"}
        ],
        "reduction": "max",
        "head": [{"kind": "Linear", "units": 16}, {"kind": "BatchNorm"}]
      }
      """;

  private static ModelSpec spec() {
    return ModelSpec.parse(TEXT);
  }

  @Test
  void whatIsWrittenIsReadAsTheSameValue() throws Exception {
    assertThat(ModelSpec.parse(spec().toJson())).isEqualTo(spec());
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(spec());
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(spec());
    }
  }

  @Test
  void theBuilderMakesTheSameValue() {
    ModelSpec built =
        ModelSpec.builder(new Rot2dOnR2(4), ImageInput.square(1, 29), 10)
            .layer(
                LayerSpec.of("R2Conv")
                    .named("first")
                    .with("fields", List.of("4 x regular"))
                    .with("kernelSize", 5))
            .layer(LayerSpec.of("ELU"))
            .layer(
                LayerSpec.of("R2Conv")
                    .with("fields", List.of("2 x regular", "trivial"))
                    .with("kernelSize", 3)
                    .with("bias", false))
            .layer(LayerSpec.of("GroupPooling"))
            .head(LayerSpec.of("Linear").with("units", 16), LayerSpec.of("BatchNorm"))
            .build();
    assertThat(built).isEqualTo(spec());
  }

  @Test
  void parametersAreNamedByLayersOrTheirPositions() {
    assertThat(StateDict.of(spec().build()).keySet())
        .contains("features.first.weights", "features.2.weights", "head.0.weight", "head.2.bias")
        .doesNotContain("features.2.bias");
    assertThat(StateDict.of(withoutHead().build()).keySet()).contains("head.weight");
  }

  private static ModelSpec withoutHead() {
    ModelSpec spec = spec();
    return new ModelSpec(
        spec.gspace(), spec.input(), 3, spec.layers(), spec.reduction(), List.of());
  }

  /** Each is the text with one part replaced, and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "kernelSize": 3      | "kernelSize": 0        | layers[2].kernelSize: 0 (must be at least 1)
          "kernelSize": 3      | "kernelSize": 3.5      | layers[2].kernelSize: 3.5 (must be a whole number)
          "kernelSize": 3,     |                        | layers[2].kernelSize: is missing
          "kernelSize": 3      | "kernelsize": 3        | layers[2].kernelsize: R2Conv has no such option: did you mean kernelSize
          "bias": false        | "sigma": -1            | layers[2].sigma: Invalid sigma: -1.0
          "kind": "ELU"        | "kind": "ELUE"         | layers[1].kind: no kind of layer here is named 'ELUE'; did you mean ELU
          "kind": "ELU"        | "kind": "InducedNormPool" | layers[1]: InducedNormPool needs
          4 x regular          | 0 x regular            | layers[0].fields[0]: 0 x regular (must be at least 1 field)
          4 x regular          | 4 x regulr             | layers[0].fields[0]: 'regulr' (must be trivial, regular,
          4 x regular          | irrep_7                | layers[0].fields[0]: No irrep [7] of C4
          "group": "C4"        | "group": "E8"          | gspace.group: E8 (must be C1
          "group": "C4"        | "group": "O(2)"        | gspace.maximumFrequency: is missing
          "classes": 10        | "classes": 1           | classes: 1 (must be at least 2)
          "classes": 10,       | "clases": 10,          | clases: is no key of a model; did you mean classes?
          "channels": 1        | "channels": "one"      | input.channels: one (must be a whole number)
          "reduction": "max"   | "reduction": "median"  | reduction: median (must be one of max, mean)
          "name": "first"      | "name": "2"            | layers[2].name: '2' is layers[0] already
          "name": "first"      | "name": "a.b"          | layers[0].name: Invalid name: 'a.b'
          "units": 16          | "units": "16"          | head[0].units: 16 (must be a whole number)
          "formatVersion": 1   | "formatVersion": 2     | formatVersion: 2 was written by a newer e2spark
          "bias": false        | "padding": [1, 1, 1]   | layers[2].padding: [1, 1, 1] (must be a number or a list of two
          "bias": false        | "kernelSize": 3        | layers[2].kernelSize: comes twice
          """)
  void whatIsWrongIsRefusedWithItsPath(String part, String other, String message) {
    String text = TEXT.replace(part, other == null ? "" : other);
    assertThat(text).isNotEqualTo(TEXT);
    assertThatThrownBy(() -> ModelSpec.parse(text).build())
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aKernelWithoutABasisSaysWhereItIs() {
    String text =
        TEXT.replace("\"kernelSize\": 3", "\"kernelSize\": 2, \"rings\": [0]")
            .replace("\"2 x regular\", \"trivial\"", "\"2 x irrep_1\"");
    assertThatThrownBy(() -> ModelSpec.parse(text).build())
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("layers[2].kernelSize: 2 leaves no basis")
        .hasMessageContaining("for C4");
  }
}
