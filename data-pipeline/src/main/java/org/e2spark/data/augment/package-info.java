/**
 * Online augmentation of image batches, in plain Java on arrays.
 *
 * <p>An {@link org.e2spark.data.augment.Augmentation} changes a batch of unsigned bytes in place.
 * What it does to a sample is a pure function of {@code (seed, epoch, sample id)} and the pixels,
 * so it is the same on any number of workers and after any resume; all arithmetic is strict, so it
 * is the same bits on every JVM. {@link org.e2spark.data.augment.Normalization} then makes floats.
 */
package org.e2spark.data.augment;
