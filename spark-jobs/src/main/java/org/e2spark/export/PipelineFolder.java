package org.e2spark.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.e2spark.checkpoint.Json;
import org.e2spark.savedmodel.SavedModel;

/**
 * A model as a saved {@code PipelineModel} of one stage, which takes images of the column {@code
 * image}: written without Spark, on this machine.
 */
final class PipelineFolder {

  private static final String STAGE = "network";

  private PipelineFolder() {}

  /** Writes it into a new folder. */
  static void write(SavedModel model, Path folder) throws IOException {
    metadata(
        "org.apache.spark.ml.PipelineModel",
        "pipeline",
        Map.of("stageUids", List.of(STAGE)),
        folder);
    Path stage = folder.resolve("stages").resolve("0_" + STAGE);
    metadata(
        "org.e2spark.ml.EquivariantClassificationModel",
        STAGE,
        Map.of("featuresCol", "image"),
        stage);
    Configuration local = new Configuration();
    // Without files of checksums, which a server of models is not to keep.
    local.setClass("fs.file.impl", RawLocalFileSystem.class, FileSystem.class);
    local.setBoolean("fs.file.impl.disable.cache", true);
    model.write(new org.apache.hadoop.fs.Path(stage.resolve("network").toUri()), local);
  }

  /** One line of JSON, as Spark ML's own writer has it; defaults are those of whoever loads it. */
  private static void metadata(String type, String uid, Map<String, Object> params, Path folder)
      throws IOException {
    Path metadata = Files.createDirectories(folder.resolve("metadata"));
    Map<String, Object> content =
        Map.of(
            "class",
            type,
            "timestamp",
            System.currentTimeMillis(),
            "sparkVersion",
            org.apache.spark.package$.MODULE$.SPARK_VERSION(),
            "uid",
            uid,
            "paramMap",
            params,
            "defaultParamMap",
            Map.of());
    Files.writeString(
        metadata.resolve("part-00000"), Json.line(content) + "\n", StandardCharsets.UTF_8);
  }
}
