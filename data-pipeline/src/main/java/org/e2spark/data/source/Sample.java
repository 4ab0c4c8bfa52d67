package org.e2spark.data.source;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One labelled image as readers hand it on; the image is CHW and owned by the sample. */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record Sample(long id, byte[] image, int label, String split) implements Serializable {

  /** The image of a sample that was read for its label only. */
  static final byte[] NO_IMAGE = {};

  Row toRow() {
    return RowFactory.create(id, image, label, split);
  }
}
