package org.e2spark.engine;

import java.io.Serializable;
import org.e2spark.checkpoint.CheckpointStore;

/**
 * What a worker has at the end.
 *
 * @param rank whose it is
 * @param samples seen by all
 * @param parameters number of trained values
 * @param gradients how they travelled, for people; empty where that was not chosen
 * @param last the checkpoint of the end, which rank 0 knows; null on others
 */
record WorkerResult(
    int rank, long samples, long parameters, String gradients, CheckpointStore.Name last)
    implements Serializable {}
