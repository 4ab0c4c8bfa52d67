package org.e2spark.data.source;

import java.util.Iterator;

/**
 * Streams the records of one part of a source; {@link #next} throws {@link BadImageDataException}
 * where no later record can be trusted either.
 */
interface SampleReader extends Iterator<Reading>, AutoCloseable {

  @Override
  void close();
}
