/**
 * Steerable convolutions (paper, section 2.3 and equations 2 and 5), their transposes, differential
 * operators, and how their filters are made of weights.
 */
package org.e2spark.nn.convolution;
