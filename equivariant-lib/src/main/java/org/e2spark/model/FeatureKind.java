package org.e2spark.model;

/** What of a layer's output becomes a vector, for each image. */
public enum FeatureKind {
  /**
   * One number a field that turning the image leaves as it is, averaged over positions: the largest
   * channel of fields that the group permutes, the length of others.
   */
  INVARIANT,
  /** Every channel, averaged over positions. */
  CHANNELS,
  /**
   * How strongly the layer answers in each orientation: for each symmetry, in the order of the
   * group's elements, its channel of the regular fields, averaged over fields and positions. A
   * rotation of the image moves the numbers round in a circle.
   */
  ORIENTATIONS,
  /** All values, channel by channel and line by line. */
  MAP
}
