/**
 * Use of a trained model on a cluster: {@link org.e2spark.infer.Inference} adds what a network says
 * of images to DataFrames, {@link org.e2spark.infer.ExtractJob} writes tables of it, {@link
 * org.e2spark.infer.EvaluateJob} measures a model on a split.
 */
package org.e2spark.infer;
