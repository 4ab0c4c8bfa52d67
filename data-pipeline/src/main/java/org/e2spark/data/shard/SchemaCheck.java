package org.e2spark.data.shard;

import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.e2spark.data.text.Text;

/** Compares a file's schema with a layout's, field by field and no deeper than the layout goes. */
final class SchemaCheck {
  private SchemaCheck() {}

  static void check(String file, Schema schema, ShardLayout layout) {
    int columns = layout.transformed() ? 5 : 3;
    boolean matches =
        schema.fieldsLength() == columns
            && isInt(schema.fields(0), "id", 64, true)
            && isInt(schema.fields(1), "label", 32, true)
            && isImage(schema.fields(2), layout.imageBytes())
            && (columns == 3
                || (isFloat(schema.fields(3)) && isInt(schema.fields(4), "reflected", 8, false)));
    if (!matches) {
      throw new CorruptShardException(
          file,
          Text.format(
              "its columns are not id int64, label int32, image FixedSizeList<uint8>[%d]%s",
              layout.imageBytes(), columns == 3 ? "" : ", angle float32, reflected uint8"));
    }
  }

  private static boolean isInt(Field field, String name, int bits, boolean signed) {
    if (!isPlain(field, name, Type.Int, 0)) {
      return false;
    }
    Int type = (Int) field.type(new Int());
    return type != null && type.bitWidth() == bits && type.isSigned() == signed;
  }

  private static boolean isFloat(Field field) {
    if (!isPlain(field, "angle", Type.FloatingPoint, 0)) {
      return false;
    }
    FloatingPoint type = (FloatingPoint) field.type(new FloatingPoint());
    return type != null && type.precision() == Precision.SINGLE;
  }

  private static boolean isImage(Field field, int bytes) {
    if (!isPlain(field, "image", Type.FixedSizeList, 1)) {
      return false;
    }
    FixedSizeList type = (FixedSizeList) field.type(new FixedSizeList());
    return type != null && type.listSize() == bytes && isInt(field.children(0), "item", 8, false);
  }

  private static boolean isPlain(Field field, String name, byte type, int children) {
    return field != null
        && field.nameAsByteBuffer() != null
        && field.nameAsByteBuffer().remaining() == name.length()
        && name.equals(field.name())
        && field.typeType() == type
        && field.childrenLength() == children
        && field.dictionary() == null;
  }
}
