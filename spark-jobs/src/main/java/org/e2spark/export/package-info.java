/** Trained networks in the formats of others, for use where this library is not. */
package org.e2spark.export;
