package org.e2spark.infer;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.e2spark.checkpoint.Json;
import org.e2spark.checkpoint.VerifiedDirectory;
import org.e2spark.savedmodel.SavedModel;

/**
 * A model and what tells it from others.
 *
 * @param model the model
 * @param fingerprint SHA-256 of its card and weights
 */
public record IdentifiedModel(SavedModel model, String fingerprint) implements Serializable {

  /** Computes the fingerprint. */
  public static IdentifiedModel of(SavedModel model) {
    String both = Json.line(model.card()) + VerifiedDirectory.sha256(model.weights());
    return new IdentifiedModel(
        model, VerifiedDirectory.sha256(both.getBytes(StandardCharsets.UTF_8)));
  }
}
