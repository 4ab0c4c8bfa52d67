package org.e2spark.data.source;

/** What becomes of an image whose file says that it was stored turned or mirrored. */
public enum ExifOrientation {
  /** It is read as it is stored. */
  AS_STORED,
  /** It is turned and mirrored as the file says, before its size is looked at. */
  APPLY
}
