package org.e2spark.train;

import ai.djl.nn.Block;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;

/**
 * Networks of a specification, which a saved model carries.
 *
 * @param spec at the size of the images
 */
public record SpecifiedNetwork(ModelSpec spec) implements NetworkFactory {

  @Override
  public Block create(int channels, int classes) {
    ImageInput images = spec.input();
    return spec.withInput(new ImageInput(channels, images.height(), images.width()))
        .withClasses(classes)
        .build();
  }
}
