/**
 * From an image source to shards: split, copy, turn, resize, measure, write.
 *
 * <p>Everything that a DataFrame operator can do is left to one, so that Spark's optimiser and a
 * GPU plug-in can have it; only the change of an image's pixels is Java of our own. Work on keys
 * comes first and is small: it decides which rows every shard holds. Images then move once, each to
 * the task that writes its shard. What a shard holds follows from the data and the options alone,
 * so any number of tasks writes the same bytes.
 */
package org.e2spark.data.prepare;
