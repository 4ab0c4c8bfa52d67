package org.e2spark.train;

/**
 * How far a training is.
 *
 * @param epoch the current one, from 0
 * @param samples seen since the beginning of the training
 * @param loss mean cross entropy of the current epoch so far
 * @param accuracy fraction classified right in the current epoch so far
 */
public record Progress(int epoch, long samples, double loss, double accuracy) {}
