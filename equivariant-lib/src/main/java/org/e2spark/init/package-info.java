/**
 * How parameters start, as functions of a seed.
 *
 * <p>{@link org.e2spark.init.GeneralizedHe} suits nearly every network; {@link
 * org.e2spark.init.DeltaOrthonormal} suits very deep ones. Both are computed per pair of irreps
 * rather than per weight, so that starting a network costs little more than drawing its random
 * numbers.
 */
package org.e2spark.init;
