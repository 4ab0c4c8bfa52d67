package org.e2spark.data.shard;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    List<ExtraColumn> extras = layout.extras();
    boolean matches =
        schema.fieldsLength() == ShardFooter.FIRST_EXTRA + extras.size()
            && isInt(schema.fields(0), "id", 64, true)
            && isInt(schema.fields(1), "label", 32, true)
            && isImage(schema.fields(2), layout.imageBytes())
            && IntStream.range(0, extras.size())
                .allMatch(i -> isExtra(schema.fields(ShardFooter.FIRST_EXTRA + i), extras.get(i)));
    if (!matches) {
      throw new CorruptShardException(
          file,
          Text.format(
              "its columns are not id int64, label int32, image FixedSizeList<uint8>[%d]%s",
              layout.imageBytes(),
              extras.stream()
                  .map(e -> ", " + e.title() + (e.isFloat() ? " float" : " uint") + 8 * e.width())
                  .collect(Collectors.joining())));
    }
  }

  private static boolean isInt(Field field, String name, int bits, boolean signed) {
    if (!isPlain(field, name, Type.Int, 0)) {
      return false;
    }
    Int type = (Int) field.type(new Int());
    return type != null && type.bitWidth() == bits && type.isSigned() == signed;
  }

  private static boolean isExtra(Field field, ExtraColumn column) {
    return column.isFloat()
        ? isFloat(field, column)
        : isInt(field, column.title(), 8 * column.width(), false);
  }

  private static boolean isFloat(Field field, ExtraColumn column) {
    if (!isPlain(field, column.title(), Type.FloatingPoint, 0)) {
      return false;
    }
    FloatingPoint type = (FloatingPoint) field.type(new FloatingPoint());
    short precision = column.width() == Float.BYTES ? Precision.SINGLE : Precision.DOUBLE;
    return type != null && type.precision() == precision;
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
