/** Work on executors: how values get there and back. */
package org.e2spark.data.task;
