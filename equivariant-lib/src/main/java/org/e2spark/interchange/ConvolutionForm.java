package org.e2spark.interchange;

/** What steerable convolutions become in a plain network. */
public enum ConvolutionForm {
  /** {@link Convolution}: an ordinary filter, for images of any size, in any format. */
  FILTERS,
  /**
   * What the layer's own evaluation does: {@link FactorisedConvolution} where it is factorised for
   * images of the size that the network was initialised with, and for this size only; {@link
   * Convolution} elsewhere. TorchScript only.
   */
  AS_EVALUATED
}
