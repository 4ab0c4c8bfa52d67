package org.e2spark.data.source.known;

/** Is told how far a download has come. */
@FunctionalInterface
public interface FetchProgress {

  /** Total size that the server does not tell. */
  long UNKNOWN_TOTAL = -1;

  /**
   * Called for each piece that arrives, on the thread that fetches.
   *
   * @param file name of the file
   * @param done bytes on disk, those of earlier tries included
   * @param total bytes of the whole file, or {@link #UNKNOWN_TOTAL}
   */
  void advanced(String file, long done, long total);

  /** Tells nobody. */
  static FetchProgress none() {
    return (file, done, total) -> {};
  }
}
