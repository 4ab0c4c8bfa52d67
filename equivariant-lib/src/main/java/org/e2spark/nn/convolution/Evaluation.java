package org.e2spark.nn.convolution;

import ai.djl.nn.Block;
import java.util.Locale;
import org.e2spark.nn.convolution.factorised.FactorisedEvaluation;
import org.e2spark.nn.convolution.factorised.FactorisedEvaluation.Policy;

/**
 * How steerable convolutions compute their output. The numbers are the same but for rounding; time
 * and memory differ.
 */
public enum Evaluation {
  /** Expands the filter and convolves with it. */
  DENSE,
  /**
   * Takes the kernel apart by irreps and applies the factors, in the form of fewest
   * multiplications. Always the same form for the same layer and images. Layers that no form
   * applies to are convolved densely, which the log says.
   */
  FACTORISED,
  /**
   * Whichever is fastest where the layer is used, measured at the first use with images of a size;
   * the log says which and how much faster. On a GPU dense.
   */
  AUTO;

  /** The system property that says how layers are evaluated whose builder is not told. */
  public static final String PROPERTY = "e2spark.evaluation";

  /** What layers do whose builder is not told: {@link #PROPERTY}, by default dense. */
  public static Evaluation standard() {
    return of(System.getProperty(PROPERTY, "dense"));
  }

  /**
   * Reads dense, factorised or auto.
   *
   * @throws IllegalArgumentException if the text is another
   */
  public static Evaluation of(String text) {
    for (Evaluation evaluation : values()) {
      if (evaluation.name().toLowerCase(Locale.ROOT).equals(text)) {
        return evaluation;
      }
    }
    throw new IllegalArgumentException(
        "Invalid evaluation: " + text + " (must be dense, factorised or auto)");
  }

  /**
   * Sets how all convolutions inside a block are evaluated. Those that do more than move a filter
   * over images, such as tensor products, know only the dense way and stay with it.
   */
  public void applyTo(Block network) {
    if (network instanceof SteerableConvolution convolution) {
      convolution.evaluateBy(this::of);
    }
    network.getChildren().values().forEach(this::applyTo);
  }

  private SteerableEvaluation of(SteerableConvolution layer) {
    if (this == DENSE || layer.geometry().isEmpty()) {
      return layer.dense();
    }
    return new FactorisedEvaluation(layer, this == AUTO ? Policy.CLOCK : Policy.COUNT);
  }
}
