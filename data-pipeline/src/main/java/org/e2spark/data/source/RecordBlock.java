package org.e2spark.data.source;

import java.io.Serializable;

/**
 * A run of fixed-size records of one split, in one file or (images and labels) in two.
 *
 * @param split name of the split
 * @param images file of the images
 * @param imagesStart offset of the first record of the file
 * @param labels file of the labels; the images' own if a record carries its label
 * @param labelsStart offset of the first label of the file
 * @param firstRecord the run's first record, counted within the file
 * @param records number of records
 * @param firstId id of the first record of the file
 */
record RecordBlock(
    String split,
    ByteSource images,
    long imagesStart,
    ByteSource labels,
    long labelsStart,
    long firstRecord,
    long records,
    long firstId)
    implements Serializable {

  RecordBlock slice(long from, long count) {
    return new RecordBlock(
        split, images, imagesStart, labels, labelsStart, firstRecord + from, count, firstId);
  }
}
