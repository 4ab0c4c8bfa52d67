/**
 * Checkpoints to go on from, and what all files that outlive a run are made of.
 *
 * <p>Tensors are safetensors files, which Python reads too; everything else is JSON. Everything
 * goes through Hadoop's FileSystem and needs neither rename nor a listing to be true: a directory
 * is complete once its manifest, which is written last and holds every file's length and SHA-256,
 * is there and says so; and the newest checkpoint is found through one of two small files that are
 * overwritten in turn, so that a write cut short damages at most the one of the two that was older.
 */
package org.e2spark.checkpoint;
