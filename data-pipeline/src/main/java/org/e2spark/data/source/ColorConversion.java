package org.e2spark.data.source;

/** What becomes of an image whose number of colours is not the set's. */
public enum ColorConversion {
  /** It is an error. */
  NONE,
  /** Grey images are spread over three channels; colour images become their ITU-R 601 luma. */
  CONVERT
}
