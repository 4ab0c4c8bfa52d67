package org.e2spark.model;

import ai.djl.nn.Block;

/**
 * How to build a preset.
 *
 * @param imageSize pixels along each side of the images it is meant for
 * @param network builds it
 */
record Recipe(int imageSize, Network network) {

  /** Builds a network for images of some number of channels and some number of classes. */
  @FunctionalInterface
  interface Network {
    Block create(int channels, int classes);
  }
}
