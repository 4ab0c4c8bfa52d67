/**
 * Optimisers and learning rates, with PyTorch's arithmetic.
 *
 * <p>An {@link org.e2spark.optim.Optimizer} is a value: which rule, with which numbers. {@link
 * org.e2spark.optim.Optimizer#start} gives it the parameters of one network and returns the {@link
 * org.e2spark.optim.OptimizerState} that changes them, whose arrays have names, so that a
 * checkpoint can hold them. A {@link org.e2spark.optim.LearningRate} is a function of the number of
 * samples seen, not of steps, so that neither the batch nor the number of workers changes what it
 * means.
 */
package org.e2spark.optim;
