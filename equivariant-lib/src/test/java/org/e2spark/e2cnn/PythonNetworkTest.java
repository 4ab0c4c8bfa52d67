package org.e2spark.e2cnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.spec.LayerSpec;
import org.junit.jupiter.api.Test;

/** What the Python module can build; that it gives equal logits is shown by .ci/reference.py. */
class PythonNetworkTest {

  @Test
  void everyPresetIsKnownThere() {
    for (Preset preset : Presets.table()) {
      ModelSpec network =
          Presets.spec(preset.name(), ImageInput.square(preset.channels(), preset.imageSize()), 10);
      assertThat(PythonNetwork.unknownKinds(network)).as(preset.name()).isEmpty();
    }
  }

  @Test
  void layersThatE2cnnLacksAreNamed() {
    ModelSpec network =
        ModelSpec.builder(new Rot2dOnR2(4), ImageInput.square(1, 9), 2)
            .layer(
                LayerSpec.of("ResidualModule")
                    .with(
                        "layers",
                        List.of(
                            LayerSpec.of("FieldNorm"), LayerSpec.of("LeakyReLU").named("bent"))))
            .build();
    assertThat(PythonNetwork.unknownKinds(network)).containsExactly("FieldNorm");
  }
}
