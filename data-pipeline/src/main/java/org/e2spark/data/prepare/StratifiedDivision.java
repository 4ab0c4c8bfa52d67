package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Divides the training split into parts of the same class proportions.
 *
 * <p>Each class is shuffled by a hash of seed and id, and cut at the rounded cumulative fractions.
 * The cuts are found on the keys alone; an image then learns its part by comparing its own hash
 * with its class's cuts, so that no image moves for it.
 */
final class StratifiedDivision {
  private static final StructType CUT_RANKS =
      new StructType()
          .add("cutLabel", DataTypes.IntegerType, false)
          .add("cut", DataTypes.IntegerType, false)
          .add("cutRank", DataTypes.IntegerType, false);

  private final PrepareOptions options;
  private final List<String> parts;
  private final long[] counts;

  StratifiedDivision(PrepareOptions options, SourceSurvey survey) {
    this.options = options;
    this.parts = List.copyOf(options.division().keySet());
    this.counts = survey.counts().get(PrepareOptions.TRAIN);
    if (counts == null && !parts.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot divide split 'train': the source has only " + survey.counts().keySet());
    }
    for (String part : parts) {
      if (!part.equals(PrepareOptions.TRAIN) && survey.counts().containsKey(part)) {
        throw new IllegalArgumentException(
            "Cannot divide split 'train' into '" + part + "': the source has such a split already");
      }
    }
  }

  /** Images of each split after the division. */
  SortedMap<String, Long> sizes(SourceSurvey survey) {
    SortedMap<String, Long> sizes = new TreeMap<>();
    survey.counts().forEach((split, perClass) -> sizes.put(split, sum(perClass)));
    if (parts.isEmpty()) {
      return sizes;
    }
    sizes.remove(PrepareOptions.TRAIN);
    for (int part = 0; part < parts.size(); part++) {
      long size = 0;
      for (int label = 0; label < counts.length; label++) {
        size += cut(label, part) - (part == 0 ? 0 : cut(label, part - 1));
      }
      if (size > 0) {
        sizes.put(parts.get(part), size);
      }
    }
    return sizes;
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }

  /** How many images of a class belong to the parts up to this one. */
  private long cut(int label, int part) {
    double fraction = 0;
    for (String name : parts.subList(0, part + 1)) {
      fraction += options.division().get(name);
    }
    return part == parts.size() - 1 ? counts[label] : Math.round(counts[label] * fraction);
  }

  /** The source with the parts as its splits. */
  Dataset<Row> divide(Dataset<Row> source) {
    if (parts.size() < 2) {
      return parts.isEmpty() ? source : renamed(source);
    }
    List<Row> cuts = boundaries(source).collectAsList();
    StructType schema = new StructType().add("cutLabel", DataTypes.IntegerType, false);
    for (int cut = 0; cut < parts.size() - 1; cut++) {
      schema =
          schema
              .add("draw" + cut, DataTypes.LongType, false)
              .add("id" + cut, DataTypes.LongType, false);
    }
    Dataset<Row> table = source.sparkSession().createDataFrame(table(cuts), schema);
    Column part = lit(parts.get(parts.size() - 1));
    for (int cut = parts.size() - 2; cut >= 0; cut--) {
      Column before =
          draw()
              .lt(col("draw" + cut))
              .or(draw().equalTo(col("draw" + cut)).and(col("id").leq(col("id" + cut))));
      part = when(before, lit(parts.get(cut))).otherwise(part);
    }
    Column split = when(col("split").equalTo(PrepareOptions.TRAIN), part).otherwise(col("split"));
    return source
        .join(broadcast(table), col("label").equalTo(col("cutLabel")))
        .withColumn("split", split)
        .drop(table.columns());
  }

  private Dataset<Row> renamed(Dataset<Row> source) {
    return source.withColumn(
        "split",
        when(col("split").equalTo(PrepareOptions.TRAIN), lit(parts.get(0)))
            .otherwise(col("split")));
  }

  /** The query for the last image of each class and part but the last: label, cut, draw, id. */
  Dataset<Row> boundaries(Dataset<Row> source) {
    List<Row> ranks = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      for (int part = 0; part < parts.size() - 1; part++) {
        ranks.add(RowFactory.create(label, part, Math.toIntExact(cut(label, part))));
      }
    }
    Dataset<Row> wanted = source.sparkSession().createDataFrame(ranks, CUT_RANKS);
    Column rank = row_number().over(Window.partitionBy("label").orderBy("draw", "id"));
    return source
        .filter(col("split").equalTo(PrepareOptions.TRAIN))
        .select(col("label"), col("id"), draw().as("draw"))
        .withColumn("rank", rank)
        .join(
            broadcast(wanted),
            col("label").equalTo(col("cutLabel")).and(col("rank").equalTo(col("cutRank"))))
        .select("label", "cut", "draw", "id");
  }

  /** One row a class; a part without images ends before every draw. */
  private List<Row> table(List<Row> cuts) {
    Map<Integer, Object[]> byLabel = new TreeMap<>();
    for (int label = 0; label < counts.length; label++) {
      Object[] values = new Object[1 + 2 * (parts.size() - 1)];
      values[0] = label;
      for (int i = 1; i < values.length; i++) {
        values[i] = Long.MIN_VALUE;
      }
      byLabel.put(label, values);
    }
    for (Row cut : cuts) {
      Object[] values = byLabel.get(cut.<Integer>getAs("label"));
      int position = 1 + 2 * cut.<Integer>getAs("cut");
      values[position] = cut.getAs("draw");
      values[position + 1] = cut.getAs("id");
    }
    return byLabel.values().stream().map(RowFactory::create).toList();
  }

  private Column draw() {
    return PreparePlan.random(options.seed(), "division");
  }
}
