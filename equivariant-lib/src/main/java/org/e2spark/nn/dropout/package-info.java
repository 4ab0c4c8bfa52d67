/** Dropout of whole fields and of points. */
package org.e2spark.nn.dropout;
