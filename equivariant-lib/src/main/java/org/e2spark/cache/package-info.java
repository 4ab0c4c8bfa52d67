/** What every package may use to keep what is dear to compute. */
package org.e2spark.cache;
