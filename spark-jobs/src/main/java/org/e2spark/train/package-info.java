/**
 * What a training is: its options, its state, one step, and the loop of steps.
 *
 * <p>Each worker holds a {@link org.e2spark.train.Replica} of the network and goes through the same
 * global batches as all others, each with its own part of them ({@link
 * org.e2spark.train.TrainLoop}):
 *
 * <ol>
 *   <li>forward and backward on its part, the loss summed over samples;
 *   <li>gradients, running statistics weighted by samples, loss and count of samples laid one after
 *       the other in one buffer and summed over the workers;
 *   <li>division by the count, and one step of the optimiser, which is the same everywhere.
 * </ol>
 *
 * <p>So all replicas hold the same bits after every step, and what a step does does not depend on
 * how many workers share it, up to the rounding of sums. Nothing here knows where it runs.
 *
 * <p>With {@link org.e2spark.train.LocalSteps} workers make steps alone instead ({@link
 * org.e2spark.train.LocalRound}), and what they come to is averaged ({@link
 * org.e2spark.train.RoundAverage}), whoever carries it.
 */
package org.e2spark.train;
