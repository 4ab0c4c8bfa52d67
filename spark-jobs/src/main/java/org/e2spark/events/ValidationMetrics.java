package org.e2spark.events;

import java.io.Serializable;

/**
 * How the weights do on a validation split at one place of a training.
 *
 * @param epoch the current one, from 0
 * @param samples seen since the beginning of the training
 * @param loss mean cross entropy, without class weights or smoothing
 * @param accuracy fraction of samples that were classified right
 */
public record ValidationMetrics(int epoch, long samples, double loss, double accuracy)
    implements Serializable {}
