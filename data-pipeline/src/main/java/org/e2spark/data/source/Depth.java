package org.e2spark.data.source;

/** How much of each record a pass needs. */
enum Depth {
  /** Only what it takes to know the labels. */
  LABELS,
  /** Everything. */
  PIXELS
}
