package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.md5;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How often the same pixels occur more than once in a source, by their MD5 digest.
 *
 * @param groups distinct images that occur more than once
 * @param extraCopies images that would go if each were kept once
 * @param conflictingLabels groups whose images do not all have the same label
 * @param acrossSplits groups whose images do not all lie in the same split: leaks
 */
public record DuplicateReport(
    long groups, long extraCopies, long conflictingLabels, long acrossSplits) {

  static Dataset<Row> query(Dataset<Row> source) {
    return source
        .select(md5(col("image")).as("digest"), col("label"), col("split"))
        .groupBy("digest")
        .agg(
            count(lit(1)).as("copies"),
            min("label").as("minLabel"),
            max("label").as("maxLabel"),
            min("split").as("minSplit"),
            max("split").as("maxSplit"))
        .filter(col("copies").gt(1))
        .agg(
            count(lit(1)).as("groups"),
            coalesce(sum(col("copies").minus(lit(1))), lit(0L)).as("extraCopies"),
            number(col("minLabel").notEqual(col("maxLabel"))).as("conflictingLabels"),
            number(col("minSplit").notEqual(col("maxSplit"))).as("acrossSplits"));
  }

  private static Column number(Column condition) {
    return coalesce(sum(when(condition, lit(1L)).otherwise(lit(0L))), lit(0L));
  }

  static DuplicateReport of(Dataset<Row> source) {
    Row row = query(source).head();
    return new DuplicateReport(
        row.getAs("groups"),
        row.getAs("extraCopies"),
        row.getAs("conflictingLabels"),
        row.getAs("acrossSplits"));
  }
}
