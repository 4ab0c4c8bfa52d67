package org.e2spark.data.query;

import java.nio.ByteBuffer;

/** One row of a query as Spark holds it; valid until the next one is asked for. */
public interface StoredRow {
  /** Whether a column has no value here. */
  boolean isNull(int column);

  /** A value of an int column. */
  int getInt(int column);

  /** A value of a bigint column. */
  long getLong(int column);

  /** A value of a float column. */
  float getFloat(int column);

  /** A value of a double column. */
  double getDouble(int column);

  /** A value of a binary column, where it stands if Spark keeps it in an array. */
  ByteBuffer getBytes(int column);
}
