package org.e2spark.data.prepare;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;

/** What a column of labels holds; Spark ML's are doubles. */
enum LabelColumn {
  INT(DataTypes.IntegerType, ColumnVector::getInt, InternalRow::getInt),
  LONG(DataTypes.LongType, ColumnVector::getLong, InternalRow::getLong),
  DOUBLE(DataTypes.DoubleType, ColumnVector::getDouble, InternalRow::getDouble);

  private interface OfVector {
    double get(ColumnVector labels, int row);
  }

  private interface OfRow {
    double get(InternalRow row, int column);
  }

  private final DataType type;
  private final OfVector ofVector;
  private final OfRow ofRow;

  LabelColumn(DataType type, OfVector ofVector, OfRow ofRow) {
    this.type = type;
    this.ofVector = ofVector;
    this.ofRow = ofRow;
  }

  /** The types that a column of labels may have. */
  static List<DataType> types() {
    return Arrays.stream(values()).map(column -> column.type).toList();
  }

  /** The kind of a column of one of {@link #types}. */
  static LabelColumn of(DataType type) {
    return Arrays.stream(values())
        .filter(column -> column.type.equals(type))
        .findFirst()
        .orElseThrow();
  }

  /** A label, of which any number may be no class. */
  double get(ColumnVector labels, int row) {
    return ofVector.get(labels, row);
  }

  /** A label, of which any number may be no class. */
  double get(InternalRow row, int column) {
    return ofRow.get(row, column);
  }
}
