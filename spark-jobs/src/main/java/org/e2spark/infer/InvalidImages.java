package org.e2spark.infer;

/** What becomes of a row whose image cannot be read, in Spark ML's words. */
public enum InvalidImages {
  /** The first one ends the job, named. */
  ERROR,
  /** It is left out; each task's log counts them and names the first. */
  SKIP,
  /** It stays, without results; a column says why. */
  KEEP
}
