package org.e2spark.nn;

/**
 * What keeps a layer from being equivariant, or from doing anything at all.
 *
 * @param kind what is wrong
 * @param layer the layer's name in the network, and its class
 * @param problem what happens, with numbers
 * @param remedy what to change
 */
public record EquivarianceFinding(Kind kind, String layer, String problem, String remedy) {

  /** What can be wrong. */
  public enum Kind {
    /** Windows do not meet the image's centre, so that turned images give other samples. */
    OFF_CENTRE,
    /**
     * Output fields, or irreps of them, that no kernel reaches: dead channels, or channels that
     * repeat each other.
     */
    DEAD_OUTPUT,
    /** Input fields, or irreps of them, from which no kernel leads anywhere. */
    IGNORED_INPUT,
    /** The frequency cutoff leaves out some irreps of a field whose channels all take part. */
    BAND_LIMITED
  }

  /** Whether the network will do less than it should; a band limit may be meant. */
  public boolean isWarning() {
    return kind != Kind.BAND_LIMITED;
  }

  @Override
  public String toString() {
    return layer + ": " + problem + ". " + remedy;
  }
}
