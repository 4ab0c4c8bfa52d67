package org.e2spark.data.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The images of another source, some of them or several versions of each, renumbered and divided
 * anew; their shape and classes stay.
 */
public final class DerivedSource implements ImageSource {

  /** What becomes of one image. */
  @FunctionalInterface
  public interface Variation extends Serializable {

    /**
     * Returns the rows of {@link ImageSource#SCHEMA} and the added columns that an image of the
     * other source becomes; none leaves it out.
     */
    Iterator<Row> of(Row image);
  }

  /** Decides what becomes of the images; may ask the other source first. */
  @FunctionalInterface
  public interface Plan {

    /** Returns what the tasks apply. */
    Variation of(SparkSession spark, ImageSource base);
  }

  private final ImageSource base;
  private final StructType schema;
  private final Plan plan;
  private SourceReport report;

  /**
   * Makes a derived source.
   *
   * @param base the other source
   * @param added columns that the variation adds after those of {@link ImageSource#SCHEMA}
   * @param plan what becomes of the images; asked anew by each read, and must answer alike
   */
  public DerivedSource(ImageSource base, List<StructField> added, Plan plan) {
    this.base = base;
    List<StructField> fields = new ArrayList<>(Arrays.asList(SCHEMA.fields()));
    fields.addAll(added);
    this.schema = new StructType(fields.toArray(StructField[]::new));
    this.plan = plan;
  }

  @Override
  public Dataset<Row> read(SparkSession spark) {
    Variation variation = plan.of(spark, base);
    JavaRDD<Row> rows = base.read(spark).toJavaRDD().flatMap(variation::of);
    return spark.createDataFrame(rows, schema);
  }

  @Override
  public synchronized SourceReport check(SparkSession spark) {
    if (report == null) {
      SourceReport ofBase = base.check(spark);
      Map<String, List<Long>> counts = new HashMap<>();
      for (Row row : read(spark).groupBy("split", "label").count().collectAsList()) {
        counts
            .computeIfAbsent(
                row.getString(0),
                split -> new ArrayList<>(Collections.nCopies(classNames().size(), 0L)))
            .set(row.getInt(1), row.getLong(2));
      }
      report = new SourceReport(counts, ofBase.skipped());
    }
    return report;
  }

  @Override
  public List<SourceNote> notes() {
    return base.notes();
  }

  @Override
  public ImageShape shape() {
    return base.shape();
  }

  @Override
  public List<String> classNames() {
    return base.classNames();
  }
}
