/**
 * Bases of equivariant differential operators, an alternative to kernels.
 *
 * <p>A layer of steerable partial differential operators differentiates its input instead of
 * convolving it with learned bumps: gradients, Laplacians and their relatives, mixed by learned
 * weights so that the result is equivariant. Their symbols ({@link
 * org.e2spark.diffop.HomogeneousPolynomial}) solve the same constraint as kernels, with {@code
 * r^|μ| cos(μφ)} in place of {@code cos(μφ)} and powers of the Laplacian ({@link
 * org.e2spark.diffop.LaplaceProfile}) in place of rings.
 *
 * <p>On pixels they become stencils, by one of three {@link org.e2spark.diffop.Discretization}s:
 * finite differences (exact on polynomials, the default), derivatives of Gaussians (smoother, often
 * more accurate in networks), or RBF-FD. {@link org.e2spark.diffop.StencilAccuracy} relates kernel
 * size, order and accuracy.
 *
 * <pre>{@code
 * var space = new Rot2dOnR2(8);
 * var options = DiffopOptions.builder().kernelSize(5).discretization(new Discretization.GaussianDerivatives(1.25)).build();
 * SampledBasis basis = SteerableDiffops.sample(space, space.trivial(), space.regular(), options);
 * }</pre>
 *
 * <p>Source: Jenner and Weiler, "Steerable Partial Differential Operators for Equivariant Neural
 * Networks", ICLR 2022.
 */
package org.e2spark.diffop;
