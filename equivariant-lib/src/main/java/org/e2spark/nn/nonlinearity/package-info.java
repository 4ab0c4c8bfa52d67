/**
 * Nonlinearities of fields: pointwise, of lengths, gated, in Fourier space, of concatenated angles
 * and of vectors.
 */
package org.e2spark.nn.nonlinearity;
