package org.e2spark.ml;

import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.api.java.UDF1;
import org.e2spark.data.source.ImageCells;
import scala.collection.immutable.ArraySeq;

/** Makes pixels of a column's values, Spark ML's vectors included. */
record ImageUdf(ImageCells cells, String column) implements UDF1<Object, byte[]> {

  @Override
  public byte[] call(Object value) {
    Object plain =
        value instanceof Vector vector ? ArraySeq.unsafeWrapArray(vector.toArray()) : value;
    return cells.pixels(plain, "column '" + column + "'");
  }
}
