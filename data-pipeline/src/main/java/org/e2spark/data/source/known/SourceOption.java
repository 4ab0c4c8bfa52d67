package org.e2spark.data.source.known;

import java.util.Arrays;
import java.util.List;

/** What a user may have to say of a source because files of its format do not. */
public enum SourceOption {
  SHAPE,
  SIZE,
  CLASSES,
  LABELS,
  COLUMNS,
  ORIENTATION;

  /** The names of the formats it may be said of. */
  public List<String> formats() {
    return Arrays.stream(SourceFormat.values())
        .filter(format -> format.takes(this))
        .map(SourceFormat::formatName)
        .toList();
  }
}
