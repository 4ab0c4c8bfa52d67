/**
 * Bases of equivariant convolution kernels, sampled on the pixel grid.
 *
 * <p>A convolution maps a field of type ρ_in to one of type ρ_out and commutes with the group
 * exactly if its kernel satisfies {@code K(g x) = ρ_out(g) K(x) ρ_in(g)^-1}. In the basis of irreps
 * the constraint falls apart into one small problem per pair of irreps, whose solutions are
 * circular harmonics in angle and anything in radius ({@link org.e2spark.kernel.AngularSolution}).
 * Gaussian rings serve as radial profiles; per ring a {@link org.e2spark.kernel.FrequencyCutoff}
 * drops frequencies that the pixels would alias.
 *
 * <p>{@link org.e2spark.kernel.SteerableBasis#sample} returns the kernels as {@link
 * org.e2spark.kernel.SampledBasis}. A layer learns one weight per kernel and pair of fields; {@link
 * org.e2spark.kernel.BasisElement} says what it stands for.
 *
 * <pre>{@code
 * var c4 = new Rot2dOnR2(4);
 * SampledBasis basis = SteerableBasis.sample(c4, c4.trivial(), c4.regular(), KernelOptions.ofSize(3));
 * basis.dimension();  // 6 weights make a 3 x 3 kernel from one channel to four
 * }</pre>
 *
 * <p>Orders, normalisation and defaults are those of the reference library, so that its weights
 * keep their meaning.
 */
package org.e2spark.kernel;
