package org.e2spark.data.source;

/** What becomes of an image whose height or width is not the set's. */
public enum SizeConversion {
  /** It is an error. */
  NONE,
  /** It is resampled to the set's size with a triangle filter, each axis on its own. */
  RESIZE
}
