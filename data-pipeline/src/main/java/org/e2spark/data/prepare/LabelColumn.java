package org.e2spark.data.prepare;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;

/** What a column of labels holds; Spark ML's are doubles. */
enum LabelColumn {
  INT(DataTypes.IntegerType) {
    @Override
    double get(ColumnVector labels, int row) {
      return labels.getInt(row);
    }

    @Override
    double get(InternalRow row, int column) {
      return row.getInt(column);
    }
  },
  LONG(DataTypes.LongType) {
    @Override
    double get(ColumnVector labels, int row) {
      return labels.getLong(row);
    }

    @Override
    double get(InternalRow row, int column) {
      return row.getLong(column);
    }
  },
  DOUBLE(DataTypes.DoubleType) {
    @Override
    double get(ColumnVector labels, int row) {
      return labels.getDouble(row);
    }

    @Override
    double get(InternalRow row, int column) {
      return row.getDouble(column);
    }
  };

  private final DataType type;

  LabelColumn(DataType type) {
    this.type = type;
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
  abstract double get(ColumnVector labels, int row);

  /** A label, of which any number may be no class. */
  abstract double get(InternalRow row, int column);
}
