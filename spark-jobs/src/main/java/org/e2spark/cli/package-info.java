/**
 * The {@code e2spark} tool: one picocli command a job, run inside a driver that Spark's own {@code
 * SparkSubmit} started.
 *
 * <p>A command reads its options, checks everything that can be checked before a cluster is asked
 * for anything, and throws a {@link org.e2spark.cli.UsageException} for what the user can mend; the
 * tool prints its message as one line and exits with 2. Other failures exit with 1.
 */
package org.e2spark.cli;
