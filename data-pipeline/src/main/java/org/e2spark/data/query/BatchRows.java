package org.e2spark.data.query;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The rows of column batches, of which none is made. */
final class BatchRows implements Iterator<StoredRow>, StoredRow {
  private final Iterator<ColumnarBatch> batches;
  private final int[] places;
  private final ColumnVector[] columns;
  private int rows;
  private int row = -1;

  /**
   * @param places where in a batch each column is
   */
  BatchRows(Iterator<ColumnarBatch> batches, int[] places) {
    this.batches = batches;
    this.places = places;
    this.columns = new ColumnVector[places.length];
  }

  @Override
  public boolean hasNext() {
    while (row + 1 >= rows) {
      if (!batches.hasNext()) {
        return false;
      }
      ColumnarBatch batch = batches.next();
      for (int i = 0; i < places.length; i++) {
        columns[i] = batch.column(places[i]);
      }
      rows = batch.numRows();
      row = -1;
    }
    return true;
  }

  @Override
  public StoredRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    row++;
    return this;
  }

  @Override
  public boolean isNull(int column) {
    return columns[column].isNullAt(row);
  }

  @Override
  public int getInt(int column) {
    return columns[column].getInt(row);
  }

  @Override
  public long getLong(int column) {
    return columns[column].getLong(row);
  }

  @Override
  public float getFloat(int column) {
    return columns[column].getFloat(row);
  }

  @Override
  public double getDouble(int column) {
    return columns[column].getDouble(row);
  }

  /** As strings, unlike binaries, Spark hands bytes out uncopied. */
  @Override
  public ByteBuffer getBytes(int column) {
    ColumnVector bytes = columns[column];
    return bytes instanceof WritableColumnVector
        ? bytes.getUTF8String(row).getByteBuffer()
        : ByteBuffer.wrap(bytes.getBinary(row));
  }
}
