/** Normalisations of fields, over batches and within images. */
package org.e2spark.nn.normalization;
