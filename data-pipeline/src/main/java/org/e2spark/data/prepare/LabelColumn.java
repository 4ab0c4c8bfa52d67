package org.e2spark.data.prepare;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.e2spark.data.query.StoredRow;

/** What a column of labels holds; Spark ML's are doubles. */
enum LabelColumn {
  INT(DataTypes.IntegerType, StoredRow::getInt),
  LONG(DataTypes.LongType, StoredRow::getLong),
  DOUBLE(DataTypes.DoubleType, StoredRow::getDouble);

  private interface Getter {
    double get(StoredRow row, int column);
  }

  private final DataType type;
  private final Getter getter;

  LabelColumn(DataType type, Getter getter) {
    this.type = type;
    this.getter = getter;
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
  double get(StoredRow row, int column) {
    return getter.get(row, column);
  }
}
