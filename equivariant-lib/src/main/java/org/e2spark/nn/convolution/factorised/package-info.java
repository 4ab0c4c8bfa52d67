/**
 * Factorised evaluation of steerable convolutions: the numbers of a dense filter without the
 * filter.
 *
 * <p>In the basis of irreps every kernel of a steerable basis is one of a few equivariant maps
 * {@code u_e} times a number, possibly followed by a quarter turn {@code J} (Schur's lemma). So the
 * convolution is {@code z_e = u_e * x}, {@code U = W z}, {@code y = U_0 + J U_1}, with mixing
 * matrices {@code W} that hold the layer's weights ({@link
 * org.e2spark.nn.convolution.factorised.MixingPlan}). The maps are applied as matrices over pixels
 * ({@link org.e2spark.nn.convolution.factorised.ToeplitzForm}) or over spatial frequencies ({@link
 * org.e2spark.nn.convolution.factorised.FrequencyForm}).
 *
 * <p>Filters as mixtures of a fixed basis: DCFNet (<a href="https://arxiv.org/abs/1802.04145">Qiu
 * et al. 2018</a>) and RotDCF (<a href="https://arxiv.org/abs/1805.06846">Cheng et al. 2018</a>);
 * linear layers in blocks of irreps: octic vision transformers (<a
 * href="https://arxiv.org/abs/2505.15441">Nordström et al. 2025</a>).
 */
package org.e2spark.nn.convolution.factorised;
