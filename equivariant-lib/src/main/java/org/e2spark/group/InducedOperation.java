package org.e2spark.group;

import java.util.Locale;

/** What may be applied to the copies of the inducing irrep in an induced field. */
public enum InducedOperation {
  /** Functions of a copy's length. */
  NORM,
  /** Products of a copy with a scalar. */
  GATED;

  /** What {@link Representation#supportedNonlinearities} call it for copies of so many channels. */
  public String tag(Object channels) {
    return "induced_" + name().toLowerCase(Locale.ROOT) + "_" + channels;
  }
}
