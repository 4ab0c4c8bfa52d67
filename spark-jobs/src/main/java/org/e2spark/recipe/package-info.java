/** Published experiments, to be done again: what each row of a table was, and what came out. */
package org.e2spark.recipe;
