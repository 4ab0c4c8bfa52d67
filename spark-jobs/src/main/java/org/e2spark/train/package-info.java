/**
 * Training and evaluation on the executors of a Spark cluster.
 *
 * <p>{@link org.e2spark.train.TrainJob} runs on the driver: it checks what can be checked, starts
 * one barrier stage with one task a worker, shows what the workers report, and saves the model.
 * Each worker ({@link org.e2spark.train.WorkerTask}) holds a {@link org.e2spark.train.Replica} of
 * the network and goes through the same global batches as all others, each with its own part of
 * them ({@link org.e2spark.train.TrainLoop}):
 *
 * <ol>
 *   <li>forward and backward on its part, the loss summed over samples;
 *   <li>gradients, running statistics weighted by samples, loss and count of samples laid one after
 *       the other in one buffer and summed around the ring;
 *   <li>division by the count, and one step of the optimiser, which is the same everywhere.
 * </ol>
 *
 * <p>So all replicas hold the same bits after every step, and what a step does does not depend on
 * how many workers share it, up to the rounding of sums.
 *
 * <p>The device is the GPU that Spark gave the task (resource {@code gpu}), or else the CPU with a
 * line in the log. On real GPUs this has not been run.
 */
package org.e2spark.train;
