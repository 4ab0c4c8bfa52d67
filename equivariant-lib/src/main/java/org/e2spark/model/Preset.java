package org.e2spark.model;

/**
 * What a preset is, as published: the images and classes it was made for, and what that gives.
 *
 * @param name as {@link Presets#create} takes it
 * @param channels of the images
 * @param imageSize pixels along each side of the images
 * @param classes number of classes
 * @param parameters number of trained values, at these channels and classes
 * @param operations multiplications that it makes of one such image, with every convolution as the
 *     ordinary one that it is equal to
 * @param group the symmetries, in the notation of the papers: {@code C8}, {@code D4 > D1} where a
 *     later layer gives some up, {@code none}
 * @param description what kind of network it is, in a few words
 */
public record Preset(
    String name,
    int channels,
    int imageSize,
    int classes,
    long parameters,
    long operations,
    String group,
    String description) {}
