package org.e2spark.nn.nonlinearity;

import org.e2spark.interchange.Elementwise;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.ParameterFree;
import org.e2spark.nn.Pointwise;

/**
 * {@code x} where positive, {@code alpha (exp(x) - 1)} elsewhere, on every channel; for fields that
 * permute their channels (<a href="https://arxiv.org/abs/1511.07289">Clevert et al. 2015</a>).
 */
public final class ELU extends ParameterFree {

  /** With {@code alpha = 1}. */
  public ELU(FieldType type) {
    this(type, 1);
  }

  /**
   * @param alpha minus the value at minus infinity
   */
  public ELU(FieldType type, double alpha) {
    super(type, type, new Elementwise(Elementwise.Function.ELU, alpha));
    Pointwise.requireSupport(type, "pointwise", name());
  }
}
