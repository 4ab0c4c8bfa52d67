package org.e2spark.torch;

/**
 * A stretch of code, on one thread, in which convolutions round what they multiply to bfloat16.
 *
 * <p>Their images and filters are float32 before and after it, as is everything else: parameters,
 * gradients, normalisations, losses (mixed precision: Micikevicius et al. 2018; in bfloat16, whose
 * range is float32's, no loss needs scaling: Kalamkar et al. 2019). What is recorded inside of it
 * is differentiated in the same precision, wherever {@link Autograd#backward} is called.
 *
 * <p>It reaches {@link Ops#convolve}; DJL's own layers and transposed convolutions stay in float32.
 * Scopes nest; closing one restores what was before it, on the thread that opened it.
 */
public final class Autocast implements AutoCloseable {

  /** The scope that code on a thread runs in. */
  private static final ThreadLocal<Autocast> INNERMOST = new ThreadLocal<>();

  private final Autocast outer = INNERMOST.get();

  private Autocast() {
    INNERMOST.set(this);
  }

  /** Begins on this thread. */
  public static Autocast bfloat16() {
    return new Autocast();
  }

  /** Whether convolutions on this thread compute in bfloat16. */
  public static boolean isOn() {
    return INNERMOST.get() != null;
  }

  @Override
  public void close() {
    if (outer == null) {
      INNERMOST.remove();
    } else {
      INNERMOST.set(outer);
    }
  }
}
