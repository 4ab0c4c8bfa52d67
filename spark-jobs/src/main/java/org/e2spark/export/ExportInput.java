package org.e2spark.export;

/** What an exported network takes. */
public enum ExportInput {
  /** float32 that the caller normalised. */
  NORMALIZED("float32, (pixel / 255 - mean) / std"),
  /** uint8 of 0 to 255, which the network normalises. */
  RAW_PIXELS("uint8, pixels of 0 to 255");

  private final String description;

  ExportInput(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }
}
