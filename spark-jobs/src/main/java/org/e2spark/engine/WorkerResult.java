package org.e2spark.engine;

import java.io.Serializable;

/**
 * What a worker has at the end.
 *
 * @param rank whose it is
 * @param samples seen by all
 * @param parameters number of trained values
 */
record WorkerResult(int rank, long samples, long parameters) implements Serializable {}
