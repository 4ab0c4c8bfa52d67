/**
 * Spark ML's estimator and model: a DataFrame with a column of images in, a trained network out,
 * which adds its predictions to other DataFrames.
 */
package org.e2spark.ml;
