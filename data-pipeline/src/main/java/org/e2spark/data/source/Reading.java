package org.e2spark.data.source;

import java.io.Serializable;

/** What a reader makes of one record: a sample, or the reason why there is none. */
sealed interface Reading extends Serializable {

  /** A sample; its image is empty where only labels were asked for. */
  record Good(Sample sample) implements Reading {}

  /** A record that cannot be used, while those after it can. */
  record Bad(BadImageDataException reason) implements Reading {}
}
