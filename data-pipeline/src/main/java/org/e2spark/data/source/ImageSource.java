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
 * <p>A source is opened on the driver, where headers and sizes are checked; records are read by
 * Spark tasks. Opening and reading throw {@link BadImageDataException} where the data is not what
 * its format says. A source with a tolerance of N leaves out up to N bad records: it looks for them
 * once before the first read, logs each, and throws if they are more.
 */
public sealed interface ImageSource permits ReadingSource, DerivedSource {

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
   * Returns the images, lazily; a source may add columns after those of {@link #SCHEMA}. A record
   * left out leaves a gap in the ids.
   *
   * @param spark the session whose tasks read the files, with its Hadoop configuration
   * @throws BadImageDataException if there are more bad records than a tolerance allows; without a
   *     tolerance the first bad record fails the Spark action that meets it
   */
  Dataset<Row> read(SparkSession spark);

  /**
   * Counts the images of every class: a pass over the labels, or over everything if bad records are
   * tolerated. The answer is kept.
   *
   * @throws BadImageDataException if a class has no image in any split, or if there are more bad
   *     records than tolerated
   */
  SourceReport check(SparkSession spark);

  /**
   * What was left out or passed over in the images that Spark's actions have read so far, by text;
   * an image counts once however often it was read.
   */
  List<SourceNote> notes();

  /** The shape of every image. */
  ImageShape shape();

  /** The class names; a label is an index into them. */
  List<String> classNames();
}
