/**
 * The rows of a query as Spark holds them: in column batches, or as binary rows.
 *
 * <p>The classes that Spark runs queries with change between its versions; no other package knows
 * them. Compiled against Spark 4.0.1, run on 4.0 to 4.3.
 */
package org.e2spark.data.query;
