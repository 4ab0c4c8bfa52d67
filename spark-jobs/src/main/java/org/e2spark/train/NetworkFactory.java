package org.e2spark.train;

import ai.djl.nn.Block;
import java.io.Serializable;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Presets;

/** Builds the network on every worker; shipped to them, so it must hold little. */
@FunctionalInterface
public interface NetworkFactory extends Serializable {

  /**
   * A new network, not yet initialised.
   *
   * @param channels of the images
   * @param classes of the labels
   * @return takes (batch, channels, height, width) to logits (batch, classes)
   */
  Block create(int channels, int classes);

  /** The network of a specification, for other images and classes where they are asked for. */
  static NetworkFactory of(ModelSpec spec) {
    return new SpecifiedNetwork(spec);
  }

  /** The network of this name in {@link Presets}. */
  static NetworkFactory preset(String name) {
    return (channels, classes) -> Presets.create(name, channels, classes);
  }
}
