package org.e2spark.engine;

import java.io.Serializable;

/**
 * What a worker has at the end.
 *
 * @param rank whose it is
 * @param samples seen by all
 * @param digest of its parameters, which must be the same for all ranks
 * @param parameters number of trained values
 */
record WorkerResult(int rank, long samples, long digest, long parameters) implements Serializable {}
