package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/**
 * What one pass over a source tells: who is there, and a fingerprint of all of it.
 *
 * @param counts images of each class, by split
 * @param fingerprint hash of every row's id, label, split and image, whatever their order
 * @param minId smallest id
 * @param maxId largest id
 */
record SourceSurvey(SortedMap<String, long[]> counts, String fingerprint, long minId, long maxId) {

  /** The query of the pass: one row a split and label. */
  static Dataset<Row> query(Dataset<Row> source) {
    Column hash = xxhash64(col("id"), col("label"), col("split"), col("image"));
    return source
        .select(
            col("split"),
            col("label"),
            col("id"),
            length(col("image")).as("bytes"),
            hash.as("hash"))
        .groupBy("split", "label")
        .agg(
            count(lit(1)).as("rows"),
            min("id").as("minId"),
            max("id").as("maxId"),
            min("bytes").as("minBytes"),
            max("bytes").as("maxBytes"),
            // Two halves, because sums of whole hashes could overflow, which ANSI mode refuses.
            sum(col("hash").bitwiseAND(lit(0xffffffffL))).as("low"),
            sum(shiftrightunsigned(col("hash"), 32)).as("high"));
  }

  static SourceSurvey of(Dataset<Row> source, ImageShape shape, int classes) {
    List<Row> rows = query(source).collectAsList();
    if (rows.isEmpty()) {
      throw bad("at least one image", "none");
    }
    SortedMap<String, long[]> counts = new TreeMap<>();
    long low = 0;
    long high = 0;
    long minId = Long.MAX_VALUE;
    long maxId = Long.MIN_VALUE;
    for (Row row : rows) {
      String split = row.getAs("split");
      int label = row.getAs("label");
      check(row, split, label, shape, classes);
      counts.computeIfAbsent(split, name -> new long[classes])[label] = row.<Long>getAs("rows");
      minId = Math.min(minId, row.<Long>getAs("minId"));
      maxId = Math.max(maxId, row.<Long>getAs("maxId"));
      low += row.<Long>getAs("low");
      high += row.<Long>getAs("high");
    }
    return new SourceSurvey(counts, Text.format("xxh64-sum:%016x%016x", high, low), minId, maxId);
  }

  void checkRoomForCopies(int copies) {
    long most = Long.MAX_VALUE / copies - 1;
    if (maxId > most || minId < -most) {
      throw new IllegalArgumentException(
          Text.format(
              "Ids from %d to %d leave no room for %d copies (must be in [-%d, %d])",
              minId, maxId, copies, most, most));
    }
  }

  private static void check(Row row, String split, int label, ImageShape shape, int classes) {
    if (!split.matches("[A-Za-z0-9_-]{1,64}")) {
      throw bad("a split name of letters, digits, _ and -", "'" + split + "'");
    }
    if (label < 0 || label >= classes) {
      throw bad("labels in [0, " + classes + ")", "label " + label + " in split " + split);
    }
    int least = row.getAs("minBytes");
    int most = row.getAs("maxBytes");
    if (least != shape.size() || most != shape.size()) {
      throw bad(
          "images of " + shape.size() + " bytes (" + shape + ")",
          "images of " + least + " to " + most + " bytes in split " + split);
    }
  }

  private static BadImageDataException bad(String expected, String found) {
    return new BadImageDataException("the source", expected, found);
  }
}
