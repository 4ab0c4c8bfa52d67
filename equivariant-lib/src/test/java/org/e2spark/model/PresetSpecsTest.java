package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every preset is a value that is written and read; PublishedNetworksTest builds them. */
class PresetSpecsTest {

  static Iterable<Preset> presets() {
    return Presets.table();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void isReadAsItIsWritten(Preset preset) {
    ModelSpec spec = Presets.spec(preset.name(), new ImageInput(2, 33, 35), 7);
    assertThat(ModelSpec.parse(spec.toJson())).isEqualTo(spec);
    assertThat(spec.input()).isEqualTo(new ImageInput(2, 33, 35));
    assertThat(spec.classes()).isEqualTo(7);
  }
}
