package org.e2spark.data.augment;

import java.io.Serializable;

/**
 * What, beside the sample's id, decides how a sample is augmented.
 *
 * @param seed the run's seed
 * @param epoch the epoch, from 0
 */
public record AugmentationKey(long seed, int epoch) implements Serializable {

  /** The random stream of one sample. */
  public SampleRandom forSample(long id) {
    return SampleRandom.of(seed, epoch, id);
  }

  /** The key of the {@code index}-th of several stages, so that stages draw independently. */
  public AugmentationKey stage(int index) {
    return new AugmentationKey(
        SampleRandom.mix(seed ^ SampleRandom.mix(index + 0x5851f42d4c957f2dL)), epoch);
  }
}
