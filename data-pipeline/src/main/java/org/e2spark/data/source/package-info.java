/**
 * Image sets as they are found, read into one DataFrame shape.
 *
 * <p>An {@link org.e2spark.data.source.ImageSource} is opened on the driver and read by Spark tasks
 * into rows of {@code (id, image, label, split)}; an image is CHW, one unsigned byte a value. Files
 * are Hadoop paths. Whatever does not fit its format fails as {@link
 * org.e2spark.data.source.BadImageDataException}, which names file, offset, expected and found.
 */
package org.e2spark.data.source;
