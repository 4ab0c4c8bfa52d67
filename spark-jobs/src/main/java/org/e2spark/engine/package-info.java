/**
 * Where a training runs: what the cluster must allow, the barrier stage, devices and threads, the
 * run's directory, and what the driver hears of its workers.
 *
 * <p>{@link org.e2spark.engine.TrainJob} runs on the driver: it checks what can be checked, starts
 * one barrier stage with one task a worker ({@link org.e2spark.engine.WorkerTask}), passes on what
 * the workers report, and saves the model. What a worker does between is {@link org.e2spark.train}.
 *
 * <p>How workers train together is an {@link org.e2spark.engine.AttemptStage}: at once in a barrier
 * stage ({@link org.e2spark.engine.WorkerStage}), or in rounds of ordinary jobs that the driver
 * averages ({@link org.e2spark.engine.RoundStage}).
 *
 * <p>The device is the GPU that Spark gave the task (resource {@code gpu}), or else the CPU with a
 * line in the log. On real GPUs this has not been run.
 */
package org.e2spark.engine;
