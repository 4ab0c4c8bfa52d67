package org.e2spark.engine;

import java.io.Serializable;
import org.e2spark.sync.RunSecret;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.TrainOptions;

/**
 * What the driver tells every worker.
 *
 * @param options of the training
 * @param network to train
 * @param output the run's directory
 * @param checkpointEvery samples between checkpoints inside an epoch
 * @param threads of the tensor engine
 * @param timeouts between workers
 * @param secret of this run
 * @param reports the driver's address for reports
 */
record WorkerAssignment(
    TrainOptions options,
    NetworkFactory network,
    String output,
    long checkpointEvery,
    int threads,
    SyncTimeouts timeouts,
    RunSecret secret,
    String reports)
    implements Serializable {}
