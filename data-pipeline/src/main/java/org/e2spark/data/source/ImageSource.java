package org.e2spark.data.source;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Labelled images of one shape, from wherever they are kept, as one DataFrame.
 *
 * <p>A source is opened on the driver, where headers, sizes and labels are checked; pixels are read
 * by Spark tasks. Opening and reading throw {@link BadImageDataException} where the data is not
 * what its format says.
 */
public sealed interface ImageSource permits IdxSource {

  /**
   * The columns every source serves first: {@code id} (unique, and the same however the data is
   * partitioned), {@code image} (CHW, unsigned bytes), {@code label} (0 up to the number of
   * classes) and {@code split}.
   */
  StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("image", DataTypes.BinaryType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("split", DataTypes.StringType, false);

  /**
   * Returns the images, lazily; a source may add columns after those of {@link #SCHEMA}.
   *
   * @param spark the session whose tasks read the files, with its Hadoop configuration
   */
  Dataset<Row> read(SparkSession spark);

  /** The shape of every image. */
  ImageShape shape();

  /** The class names; a label is an index into them. */
  List<String> classNames();
}
