package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModelSchemaTest {

  private static final Path FILE =
      Path.of("src/main/resources/org/e2spark/model/model-spec.schema.json");

  /** With {@code -De2spark.schema.write=true} the file is written anew. */
  @Test
  void theFileIsWhatTheCodeSays() throws IOException {
    String schema = ModelSchema.json() + "\n";
    if (Boolean.getBoolean("e2spark.schema.write")) {
      Files.writeString(FILE, schema);
    }
    assertThat(Files.readString(FILE)).isEqualTo(schema);
  }
}
