package org.e2spark.kernel;

import java.io.Serializable;

/**
 * Chooses which basis elements a layer may use, besides the frequency cutoff.
 *
 * <p>A filter is part of what a basis is cached by; give equal filters equality (a record, an enum)
 * or share one instance.
 */
@FunctionalInterface
public interface BasisFilter extends Serializable {

  /** Whether to keep the element. */
  boolean accepts(BasisElement element);
}
