/**
 * The plane together with its symmetries.
 *
 * <p>A {@link org.e2spark.gspace.GSpace} chooses the transformations of an image that a network
 * commutes with: none, one reflection, rotations, or both. It fixes how an element of its group
 * moves points (for reflections: along which axis) and builds the representations that fields on it
 * can have. A feature field {@code f} transforms as {@code (g f)(x) = ρ(g) f(g^-1 x)}: points move,
 * channels turn.
 *
 * <pre>{@code
 * var space = new FlipRot2dOnR2(4);                          // quarter turns and mirrorings
 * Representation hidden = space.regular();                   // 8 channels
 * GSpace later = space.restrict(SubgroupId.dihedral(0, 1));  // only left-right mirroring from here on
 * }</pre>
 *
 * <p>Choose what the data has: all orientations alike (microscopy, aerial images) suggest many
 * rotations; upright photographs only the left-right reflection, or rotations in the first layers
 * only, restricted later.
 */
package org.e2spark.gspace;
