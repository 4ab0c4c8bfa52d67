package org.e2spark.data.shard;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The columns that a shard may have behind the images, in their order in the file. */
enum ExtraColumn {
  ANGLE("angle", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), Float.BYTES),
  REFLECTED("reflected", new ArrowType.Int(8, false), Byte.BYTES),
  WEIGHT("weight", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), Double.BYTES);

  private final String title;
  private final ArrowType type;
  private final int width;

  ExtraColumn(String title, ArrowType type, int width) {
    this.title = title;
    this.type = type;
    this.width = width;
  }

  /** Its name in the file. */
  String title() {
    return title;
  }

  ArrowType type() {
    return type;
  }

  /** Whether it holds floating-point numbers, and not unsigned integers. */
  boolean isFloat() {
    return type instanceof ArrowType.FloatingPoint;
  }

  /** Bytes of a value. */
  int width() {
    return width;
  }
}
