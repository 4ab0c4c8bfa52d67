package org.e2spark.data.source;

import java.io.Serializable;
import java.util.List;

/** What a reader makes of one record: a sample, or the reason why there is none. */
sealed interface Reading extends Serializable {

  /**
   * A sample; its image is empty where only labels were asked for.
   *
   * @param place what errors would call it
   * @param notes what was left out of its image
   */
  record Good(Sample sample, String place, List<ImageNote> notes) implements Reading {

    /** A sample of whose image nothing was left out. */
    Good(Sample sample) {
      this(sample, "", List.of());
    }
  }

  /** A record that cannot be used, while those after it can. */
  record Bad(BadImageDataException reason) implements Reading {}
}
