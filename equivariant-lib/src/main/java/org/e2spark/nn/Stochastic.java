package org.e2spark.nn;

/** A layer that acts by chance when training, from a seed of its own. */
public interface Stochastic {

  /** Starts the layer's chance anew: what it does from here on depends on the seed alone. */
  void reseed(long seed);
}
