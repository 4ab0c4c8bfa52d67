package org.e2spark.data.query;

import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/** Rows one by one, as all operators but scans give them. */
final class BinaryRows implements Iterator<StoredRow>, StoredRow {
  private final Iterator<InternalRow> rows;
  private InternalRow row;

  BinaryRows(Iterator<InternalRow> rows) {
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public StoredRow next() {
    row = rows.next();
    return this;
  }

  @Override
  public boolean isNull(int column) {
    return row.isNullAt(column);
  }

  @Override
  public int getInt(int column) {
    return row.getInt(column);
  }

  @Override
  public long getLong(int column) {
    return row.getLong(column);
  }

  @Override
  public float getFloat(int column) {
    return row.getFloat(column);
  }

  @Override
  public double getDouble(int column) {
    return row.getDouble(column);
  }

  /** As strings, unlike binaries, Spark hands bytes out uncopied. */
  @Override
  public ByteBuffer getBytes(int column) {
    return row instanceof UnsafeRow
        ? row.getUTF8String(column).getByteBuffer()
        : ByteBuffer.wrap(row.getBinary(column));
  }
}
