package org.e2spark.infer;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.e2spark.checkpoint.Json;
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
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Json.line(model.card()).getBytes(StandardCharsets.UTF_8));
      digest.update(model.weights());
      return new IdentifiedModel(model, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
