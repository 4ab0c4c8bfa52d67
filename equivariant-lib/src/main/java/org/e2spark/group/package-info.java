/**
 * Groups of rotations and reflections of the plane, and how channels transform under them.
 *
 * <p>A {@link org.e2spark.group.Group} (C_N, D_N, SO(2), O(2)) says which turns and mirrorings of
 * the plane a network respects. A {@link org.e2spark.group.Representation} says what a vector of
 * channels does when the plane turns: {@code v -> ρ(g) v}.
 *
 * <ul>
 *   <li>the <em>trivial</em> representation leaves its one channel alone: grey values, class
 *       scores;
 *   <li>an <em>irrep</em> of frequency k turns a pair of channels by k times the angle: a gradient
 *       is of frequency 1;
 *   <li>the <em>regular</em> representation of a finite group permutes one channel per element: the
 *       answer of a filter in each of its poses. Any pointwise nonlinearity commutes with a
 *       permutation, which makes it the first choice for hidden layers;
 *   <li>a <em>quotient</em> representation permutes one channel per coset: poses that a symmetric
 *       filter cannot tell apart are one;
 *   <li>an <em>induced</em> representation carries a copy of a subgroup's irrep per coset.
 * </ul>
 *
 * <p>Every representation is a direct sum of irreps in some basis, {@code ρ(g) = Q ·
 * blockdiag(ψ_i(g)) · Q^-1}, and is stored that way: kernels are solved between irreps and carried
 * over by Q. Restriction to a subgroup keeps the matrices and forgets elements; the channels then
 * may fall apart into smaller fields ({@link org.e2spark.group.Disentanglement}).
 *
 * <pre>{@code
 * var d4 = new DihedralGroup(4);
 * Representation poses = d4.regularRepresentation();         // 8 channels
 * SimpleMatrix turn = poses.at(d4.element(0, 1));            // the permutation of a quarter turn
 * Representation mirrored = poses.restrict(SubgroupId.dihedral(0, 1)); // seen by one reflection only
 * }</pre>
 *
 * <p>Source: Weiler and Cesa, "General E(2)-Equivariant Steerable CNNs", NeurIPS 2019. Names,
 * orders and bases are those that weights saved by the library of that paper expect.
 */
package org.e2spark.group;
