/**
 * Use of a trained model on a cluster: evaluation over a split, the samples spread over the
 * executors.
 */
package org.e2spark.infer;
