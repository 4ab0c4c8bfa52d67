package org.e2spark.data.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.flatten;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.text.Text;

/** Says which columns of a table are images, labels, splits and ids. */
public final class TableSourceBuilder extends EncodedSourceBuilder<TableSourceBuilder> {

  private static final int MAX_CLASSES = 1 << 20;

  private final Dataset<Row> table;
  private final String name;
  private String imageColumn;
  private TableImages images;
  private String labelColumn;
  private Column split = lit("train");
  private String idColumn;
  private String orderColumn;
  private ImageShape shape;
  private List<String> classNames;
  private int firstLabel;
  private EmptyClasses emptyClasses = EmptyClasses.REFUSED;

  TableSourceBuilder(Dataset<Row> table, String name) {
    this.table = Objects.requireNonNull(table, "table is null");
    this.name = Objects.requireNonNull(name, "name is null");
  }

  /** Sets the column of the images and what it holds. */
  public TableSourceBuilder imageColumn(String column, TableImages content) {
    imageColumn = checkColumn(column);
    images = Objects.requireNonNull(content, "content is null");
    return this;
  }

  /** Sets the column of the labels: whole numbers from 0, or names of classes. */
  public TableSourceBuilder labelColumn(String column) {
    labelColumn = checkColumn(column);
    return this;
  }

  /** Sets the column of the splits' names (default: all rows are of split {@code train}). */
  public TableSourceBuilder splitColumn(String column) {
    split = column(checkColumn(column));
    return this;
  }

  /** Puts all rows into one split. */
  public TableSourceBuilder split(String splitName) {
    split = lit(splitName);
    return this;
  }

  /** Sets the column of unique whole numbers that become the ids. */
  public TableSourceBuilder idColumn(String column) {
    idColumn = checkColumn(column);
    return this;
  }

  /** Sets a column of unique values whose order gives the ids, if no column holds them. */
  TableSourceBuilder orderBy(String column) {
    orderColumn = checkColumn(column);
    return this;
  }

  /** Sets the shape; encoded images and Spark's tell their own if it is not set. */
  public TableSourceBuilder shape(ImageShape imageShape) {
    shape = Objects.requireNonNull(imageShape, "imageShape is null");
    return this;
  }

  /** Sets the number that the table gives the first class, where labels are numbers (default 0). */
  public TableSourceBuilder firstLabel(int label) {
    firstLabel = label;
    return this;
  }

  /** Sets whether a class may have no image (default: refused). */
  public TableSourceBuilder emptyClasses(EmptyClasses allowed) {
    emptyClasses = Objects.requireNonNull(allowed, "allowed is null");
    return this;
  }

  /** Names the classes, label 0 first (default: asked of the table). */
  public TableSourceBuilder classNames(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("Invalid class names: none (at least one)");
    }
    classNames = List.copyOf(names);
    return this;
  }

  /** Whether the table has the column. */
  public boolean hasColumn(String column) {
    return Arrays.asList(table.columns()).contains(column);
  }

  /**
   * Whether a column is of arrays.
   *
   * @throws BadImageDataException if there is no such column
   */
  public boolean isArray(String column) {
    return type(checkColumn(column)) instanceof ArrayType;
  }

  /**
   * Whether a column is of encoded images as dataset hubs keep them: {@code struct<bytes, path>}.
   *
   * @throws BadImageDataException if there is no such column
   */
  public boolean isHubImage(String column) {
    return isHubImage(type(checkColumn(column)));
  }

  private String checkColumn(String column) {
    if (!hasColumn(column)) {
      throw new BadImageDataException(
          name, "a column '" + column + "'", "columns " + String.join(", ", table.columns()));
    }
    return column;
  }

  /**
   * Makes the source; asks the table for its classes and its first image's shape if they were not
   * given.
   *
   * @throws BadImageDataException if a column has another type than it must, the table is empty, or
   *     its first image or its labels are bad
   * @throws IllegalStateException if images, labels or a needed shape were not given
   */
  public TableSource open() {
    if (imageColumn == null || labelColumn == null) {
      throw new IllegalStateException("A table source needs an image column and a label column");
    }
    try {
      return opened();
    } catch (Exception e) { // Spark's Scala code throws checked exceptions undeclared
      BadImageDataException bad = BadImageDataException.findIn(e);
      if (bad != null) {
        throw bad;
      }
      throw e;
    }
  }

  private TableSource opened() {
    checkImageType();
    boolean named = type(labelColumn) instanceof StringType;
    if (!named && !(type(labelColumn) instanceof NumericType)) {
      throw wrongType(labelColumn, "numbers or strings");
    }
    List<String> classes = classNames != null ? classNames : askClasses(named);
    Column image = image();
    for (DataType t = type(imageColumn);
        t instanceof ArrayType array && array.elementType() instanceof ArrayType;
        t = array.elementType()) {
      image = flatten(image);
    }
    Dataset<Row> columns =
        table.select(
            image.as("image"),
            label(named).as("label"),
            split.cast("string").as("split"),
            idOrOrder());
    TableDecoder decoder =
        new TableDecoder(
            name,
            images,
            decoder(shape != null ? shape : askShape()),
            named ? indices(classes) : null,
            classes.size());
    TableSource source = new TableSource(columns, order(), decoder, classes, tolerated);
    source.allow(emptyClasses);
    return source;
  }

  /** A column by its name, which may have dots. */
  private static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  /** The images; of the structure that dataset hubs keep, its bytes. */
  private Column image() {
    Column image = column(imageColumn);
    return isHubImage(type(imageColumn)) ? image.getField("bytes") : image;
  }

  private static boolean isHubImage(DataType type) {
    return type instanceof StructType struct
        && Arrays.asList(struct.fieldNames()).contains("bytes")
        && struct.apply("bytes").dataType() instanceof BinaryType$;
  }

  private Column label(boolean named) {
    return named || firstLabel == 0
        ? column(labelColumn)
        : column(labelColumn).minus(lit(firstLabel));
  }

  private Column idOrOrder() {
    if (idColumn != null) {
      if (!(type(idColumn) instanceof NumericType)) {
        throw wrongType(idColumn, "whole numbers");
      }
      checkIds();
      return column(idColumn).cast("long").as("id");
    }
    return (orderColumn != null ? column(orderColumn) : lit(null).cast("string")).as("key");
  }

  private void checkIds() {
    Row twice =
        table
            .groupBy(column(idColumn).cast("long").as("id"))
            .agg(count(lit(1)).as("rows"))
            .where(col("rows").gt(1).and(col("id").isNotNull()))
            .orderBy("id")
            .limit(1)
            .collectAsList()
            .stream()
            .findFirst()
            .orElse(null);
    if (twice != null) {
      throw new BadImageDataException(
          name + " column " + idColumn,
          "another id in every row",
          "id " + twice.getLong(0) + " in " + twice.getLong(1) + " rows");
    }
  }

  private List<Column> order() {
    if (idColumn != null) {
      return List.of();
    }
    return orderColumn != null
        ? List.of(col("key"))
        : List.of(col("image"), col("label"), col("split"));
  }

  private void checkImageType() {
    DataType type = type(imageColumn);
    boolean fits =
        switch (images) {
          case CHW_BYTES, HWC_BYTES -> type instanceof BinaryType$;
          case ENCODED -> type instanceof BinaryType$ || isHubImage(type);
          case CHW_ARRAY, CHW_UNIT_ARRAY -> type instanceof ArrayType;
          case SPARK_IMAGE -> type instanceof StructType struct && isSparkImage(struct);
        };
    if (!fits) {
      throw wrongType(imageColumn, "content " + images);
    }
    boolean tellsShape = images == TableImages.ENCODED || images == TableImages.SPARK_IMAGE;
    if (shape == null && !tellsShape) {
      throw new IllegalStateException(
          "A column of " + images + " does not tell the images' shape: set it");
    }
  }

  private static boolean isSparkImage(StructType struct) {
    return Arrays.equals(
        struct.fieldNames(),
        new String[] {"origin", "height", "width", "nChannels", "mode", "data"});
  }

  private DataType type(String column) {
    return table.schema().apply(column).dataType();
  }

  private BadImageDataException wrongType(String column, String expected) {
    return new BadImageDataException(
        name + " column " + column, expected, type(column).catalogString());
  }

  private List<String> askClasses(boolean named) {
    if (named) {
      List<String> found =
          table
              .select(column(labelColumn))
              .where(column(labelColumn).isNotNull())
              .distinct()
              .limit(MAX_CLASSES)
              .collectAsList()
              .stream()
              .map(row -> row.getString(0))
              .sorted()
              .toList();
      return found.isEmpty() ? List.copyOf(noLabels()) : found;
    }
    Row range =
        table.agg(min(label(false)).cast("double"), max(label(false)).cast("double")).head();
    if (range.isNullAt(0)) {
      return noLabels();
    }
    double largest = range.getDouble(1);
    if (!(range.getDouble(0) >= 0) || !(largest < MAX_CLASSES)) {
      throw new BadImageDataException(
          name + " column " + labelColumn,
          Text.format(
              "labels of %s to at most %s (labels that begin elsewhere: --first-label)",
              firstLabel, firstLabel + MAX_CLASSES - 1),
          (range.getDouble(0) + firstLabel) + " to " + (largest + firstLabel));
    }
    return IntStream.rangeClosed(0, (int) largest).mapToObj(Integer::toString).toList();
  }

  private List<String> noLabels() {
    throw new BadImageDataException(name + " column " + labelColumn, "labels", "none");
  }

  private static Map<String, Integer> indices(List<String> classes) {
    Map<String, Integer> indices = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      indices.put(classes.get(i), i);
    }
    return indices;
  }

  private ImageShape askShape() {
    List<Row> first = table.select(image()).where(image().isNotNull()).limit(1).collectAsList();
    if (first.isEmpty()) {
      throw new BadImageDataException(name, "images", "none");
    }
    if (images == TableImages.ENCODED) {
      return ImageDecoder.shapeOf((byte[]) first.get(0).get(0), name + " first image", orientation);
    }
    Row image = first.get(0).getStruct(0);
    int channels = image.getInt(3) == 1 ? 1 : 3;
    if (!ImageShape.isValid(channels, image.getInt(1), image.getInt(2))) {
      throw new BadImageDataException(
          name + " first image", "height and width", image.getInt(1) + "x" + image.getInt(2));
    }
    return new ImageShape(channels, image.getInt(1), image.getInt(2));
  }
}
