package org.e2spark.export;

import java.util.LinkedHashMap;
import java.util.Map;
import org.e2spark.checkpoint.Json;
import org.e2spark.savedmodel.ModelCard;

/** What an exported model says of itself: text by name. */
final class ModelMetadata {

  private ModelMetadata() {}

  /**
   * Of a model.
   *
   * @param tool that exports it
   */
  static Map<String, String> of(ModelCard card, ExportInput input, String tool) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("network", card.preset());
    metadata.put("classes", Json.line(card.classNames()));
    metadata.put("image", card.channels() + "x" + card.height() + "x" + card.width());
    metadata.put("input", input.description());
    metadata.put("mean", Json.line(card.mean()));
    metadata.put("std", Json.line(card.std()));
    metadata.put("parameters", Long.toString(card.parameters()));
    metadata.put("samples", Long.toString(card.samples()));
    metadata.put("provenance", Json.line(card.provenance()));
    metadata.put("exported_by", tool);
    return metadata;
  }
}
