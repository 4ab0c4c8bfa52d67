package org.e2spark.data.source;

/** What becomes of a class that has no image. */
public enum EmptyClasses {
  /** It is an error: more often than not a label or a folder is wrong. */
  REFUSED,
  /** It is one of the classes all the same. */
  ALLOWED
}
