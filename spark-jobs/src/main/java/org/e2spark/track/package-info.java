/**
 * Tells a server of MLflow about a training while it runs, over HTTP alone: its options, what is
 * measured, and in the end the model.
 */
package org.e2spark.track;
