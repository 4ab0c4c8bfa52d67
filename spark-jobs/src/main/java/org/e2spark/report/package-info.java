/** Pages that show what a training did, made from what it left behind. */
package org.e2spark.report;
