package org.e2spark.savedmodel;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.e2spark.data.source.ImageShape;
import org.e2spark.model.ModelSpec;

/**
 * What a trained network is, beside its weights.
 *
 * @param preset the architecture's name
 * @param network what it is, at these images and classes; null for one that only its user's code
 *     can build, and for the preset of that name in models of earlier versions
 * @param channels of an image
 * @param height of an image, in pixels
 * @param width of an image, in pixels
 * @param classNames by label
 * @param mean of pixel/255 that inputs are normalised with, one a channel
 * @param std of pixel/255 that inputs are normalised with, one a channel
 * @param parameters number of trained values
 * @param samples it has seen in training
 * @param provenance where it comes from: data, seed, versions, machine
 */
public record ModelCard(
    String preset,
    ModelSpec network,
    int channels,
    int height,
    int width,
    List<String> classNames,
    List<Double> mean,
    List<Double> std,
    long parameters,
    long samples,
    Map<String, String> provenance)
    implements Serializable {

  /** Copies the collections. */
  public ModelCard {
    classNames = List.copyOf(classNames);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    provenance = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(provenance));
  }

  /** The shape of the images that the network takes. */
  public ImageShape shape() {
    return new ImageShape(channels, height, width);
  }
}
