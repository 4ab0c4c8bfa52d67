package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.spec.LayerSpec;
import org.e2spark.train.TestDigits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A network that somebody wrote down, with a layer of their own, is trained, saved and loaded. */
@ExtendWith(SparkExtension.class)
@Timeout(120)
class ModelFlagTest {

  @TempDir static Path folder;

  private static ModelSpec spec(int kernelSize) {
    return ModelSpec.builder(new Rot2dOnR2(4), ImageInput.square(3, 32), 7)
        .layer(convolution("4 x regular", 5))
        .layer(LayerSpec.of("InnerBatchNorm"))
        .layer(LayerSpec.of("Swish").with("slope", 1.5))
        .layer(convolution("6 x regular", kernelSize).with("stride", 2))
        .layer(LayerSpec.of("GroupPooling"))
        .build();
  }

  private static LayerSpec convolution(String fields, int kernelSize) {
    return LayerSpec.of("R2Conv")
        .with("fields", java.util.List.of(fields))
        .with("kernelSize", kernelSize);
  }

  private static CommandRun train(Path model, String shards, String out) {
    return CommandRun.of(
        "train", "--model", model.toString(), "--data", shards, "--epochs", "1", "--out", out);
  }

  @Test
  void aNetworkFromAFileIsTrainedSavedAndLoaded(SparkSession spark) throws IOException {
    String shards = TestDigits.prepare(spark, folder, 120, 60);
    Path file = folder.resolve("mine.json");
    Files.writeString(file, spec(5).toJson());
    String out = folder.resolve("run").toString();
    CommandRun run = train(file, shards, out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Trained mine");

    SavedModel model =
        SavedModel.read(
            new org.apache.hadoop.fs.Path(folder.resolve("run/model").toUri()),
            new Configuration());
    ModelSpec saved = model.card().network();
    assertThat(saved.layers()).isEqualTo(spec(5).layers());
    assertThat(saved.input()).isEqualTo(ImageInput.square(1, 29));
    assertThat(saved.classes()).isEqualTo(10);

    Path card = folder.resolve("run/model/README.md");
    assertThat(card).content().contains("Not counted", "| 90° |");
    CommandRun evaluated = CommandRun.of("evaluate", out, "--data", shards, "--card");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(card).content().contains("On test of ", "| **all** | 60 |", "| 90° |");

    CommandRun again = train(file, shards, out);
    assertThat(again.code()).as(again.err()).isZero();
    Files.writeString(file, spec(3).toJson());
    CommandRun other = train(file, shards, out);
    assertThat(other.code()).isNotZero();
    assertThat(other.err()).contains("network");
  }

  @Test
  void aWrongOneIsRefusedWithThePathOfTheValue() throws IOException {
    Path file = folder.resolve("wrong.json");
    Files.writeString(file, spec(5).toJson().replace("\"kernelSize\": 5", "\"kernelSize\": 0"));
    CommandRun run = train(file, "nowhere", folder.resolve("none").toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("wrong.json: layers[0].kernelSize: 0 (must be at least 1)");
    assertThat(folder.resolve("none")).doesNotExist();
  }
}
