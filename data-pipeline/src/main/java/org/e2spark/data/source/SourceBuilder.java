package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.List;

/** What builders of sources share; B is the builder's own type. */
abstract class SourceBuilder<B extends SourceBuilder<B>> {

  /** Paths of images and of their labels, which may be the same. */
  record SplitFiles(String split, String images, String labels) {}

  final List<SplitFiles> files = new ArrayList<>();
  int tolerated;

  @SuppressWarnings("unchecked") // B is the builder's own type
  final B self() {
    return (B) this;
  }

  final B add(String split, String images, String labels) {
    files.add(new SplitFiles(split, images, labels));
    return self();
  }

  final void requireAny(String what) {
    if (files.isEmpty()) {
      throw new IllegalStateException(what + "; none was added");
    }
  }

  /** Leaves out up to this many bad records, rows or files (default 0). */
  public B tolerate(int badRecords) {
    tolerated = ReadingSource.checkTolerance(badRecords);
    return self();
  }
}
