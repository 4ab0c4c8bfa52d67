package org.e2spark.data.augment;

/**
 * The random numbers of one sample in one epoch: SplitMix64, written out so that no JVM can change
 * them.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast splittable
 *     pseudorandom number generators (2014)</a>
 */
public final class SampleRandom {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  private SampleRandom(long state) {
    this.state = state;
  }

  /** The stream of a sample; equal arguments give equal streams. */
  public static SampleRandom of(long seed, int epoch, long id) {
    long state = mix(hash(seed) + GOLDEN_GAMMA * (epoch + 1L));
    return new SampleRandom(mix(state ^ hash(id)));
  }

  /** A bijection of 64 bits that spreads every bit: the first number of the stream of a state. */
  public static long hash(long value) {
    return mix(value + GOLDEN_GAMMA);
  }

  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The next 64 bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A uniform number in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** A uniform number in [low, high). */
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /**
   * A uniform integer in [0, bound); its bias is below {@code bound / 2^64}.
   *
   * @throws IllegalArgumentException if {@code bound} is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("Invalid bound: " + bound + " (must be at least 1)");
    }
    // The high word of an unsigned 64-bit product; Math.multiplyHigh is signed, and bound is not.
    long bits = nextLong();
    long high = Math.multiplyHigh(bits, bound) + ((bits >> 63) & bound);
    return (int) high;
  }

  /** Whether a trial of this probability succeeds; 0 never does, 1 always. */
  public boolean nextTrial(double probability) {
    return nextDouble() < probability;
  }
}
