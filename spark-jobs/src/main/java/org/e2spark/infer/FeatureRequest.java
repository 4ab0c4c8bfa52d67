package org.e2spark.infer;

import java.io.Serializable;
import org.e2spark.model.FeatureKind;
import org.e2spark.model.FeatureNetwork;

/**
 * Which features of an image a network is asked for.
 *
 * @param layer a name such as {@code features.7}; empty for the vector that the head takes
 * @param kind what of the layer's output
 */
public record FeatureRequest(String layer, FeatureKind kind) implements Serializable {

  /** The vector that a classifier decides by. */
  public static final FeatureRequest BEFORE_HEAD =
      new FeatureRequest(FeatureNetwork.BEFORE_HEAD, FeatureKind.INVARIANT);
}
