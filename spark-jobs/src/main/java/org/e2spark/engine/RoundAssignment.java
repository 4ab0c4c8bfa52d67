package org.e2spark.engine;

import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.TrainOptions;

/**
 * What the driver tells the workers of all rounds.
 *
 * @param run a name that no other run has
 * @param options of the training
 * @param network to train
 * @param workers in each round
 * @param threads of the tensor engine
 * @param storage the driver's Hadoop settings, those that were set while it ran included
 */
record RoundAssignment(
    String run,
    TrainOptions options,
    NetworkFactory network,
    int workers,
    int threads,
    SerializableConfiguration storage)
    implements Serializable {}
