package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.List;
import org.e2spark.data.shard.ShardManifest;

/** How pixels become a network's numbers. */
public enum InputScale {
  /**
   * From 0 to 1. Black stays 0, which is what convolutions pad with, so that an image on black has
   * no visible border: right for digits, and for whatever was turned onto a black ground.
   */
  @JsonProperty("unit")
  UNIT {
    @Override
    public List<Double> mean(ShardManifest data) {
      return Collections.nCopies(data.shape().channels(), 0.0);
    }

    @Override
    public List<Double> std(ShardManifest data) {
      return Collections.nCopies(data.shape().channels(), 1.0);
    }
  },
  /** With mean 0 and standard deviation 1 in each channel, by the manifest's statistics. */
  @JsonProperty("standard")
  STANDARD {
    @Override
    public List<Double> mean(ShardManifest data) {
      return data.statistics().mean();
    }

    @Override
    public List<Double> std(ShardManifest data) {
      return data.statistics().std();
    }
  };

  /** Subtracted from pixel/255, one a channel. */
  public abstract List<Double> mean(ShardManifest data);

  /** What the difference is divided by, one a channel. */
  public abstract List<Double> std(ShardManifest data);
}
