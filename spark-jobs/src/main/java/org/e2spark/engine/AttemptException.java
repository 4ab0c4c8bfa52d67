package org.e2spark.engine;

import org.e2spark.events.WorkerReport.Nature;

/** One attempt to train that did not come to its end. */
final class AttemptException extends Exception {
  private static final long serialVersionUID = 1;

  private final Nature nature;

  AttemptException(String message, Nature nature, Throwable cause) {
    super(message, cause);
    this.nature = nature;
  }

  /** Whether another attempt can help. */
  Nature nature() {
    return nature;
  }
}
