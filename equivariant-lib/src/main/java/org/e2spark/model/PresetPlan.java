package org.e2spark.model;

/**
 * How a preset becomes a network for some images.
 *
 * @param imageSize pixels along each side of the images it is meant for
 * @param network its specification
 */
record PresetPlan(int imageSize, Network network) {

  /** The network for some images and some number of classes. */
  @FunctionalInterface
  interface Network {
    ModelSpec create(ImageInput input, int classes);
  }
}
