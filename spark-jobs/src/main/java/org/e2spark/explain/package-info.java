/** Shows what a trained network makes of one image that turns. */
package org.e2spark.explain;
