package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A source whose records are read one by one, each of them good or bad. */
abstract sealed class ReadingSource implements ImageSource permits ScannedSource, TableSource {

  private static final Logger log = LoggerFactory.getLogger(ReadingSource.class);

  private final String name;
  private final ImageShape shape;
  private final List<String> classNames;
  private final int tolerated;
  private EmptyClasses emptyClasses = EmptyClasses.REFUSED;
  private SourceReport report;
  private NoteTally tally;

  /**
   * @param name what errors about the whole source call it
   * @param tolerated how many bad records may be left out
   */
  ReadingSource(String name, ImageShape shape, List<String> classNames, int tolerated) {
    this.name = name;
    this.shape = shape;
    this.classNames = List.copyOf(classNames);
    this.tolerated = checkTolerance(tolerated);
  }

  static int checkTolerance(int tolerated) {
    if (tolerated < 0 || tolerated > MAX_TOLERATED) {
      throw new IllegalArgumentException(
          Text.format("Invalid tolerance: %d bad records (0 to %d)", tolerated, MAX_TOLERATED));
    }
    return tolerated;
  }

  /** The names of the tolerated records are held on the driver. */
  private static final int MAX_TOLERATED = 100_000;

  /** Every record of the source, read as deep as asked. */
  abstract JavaRDD<Reading> readings(SparkSession spark, Depth depth);

  /** How many records there must be, good and bad, if that is known without reading them. */
  OptionalLong listed() {
    return OptionalLong.empty();
  }

  @Override
  public final Dataset<Row> read(SparkSession spark) {
    boolean skip = tolerated > 0 && !check(spark).skipped().isEmpty();
    NoteTally counted = tally(spark);
    JavaRDD<Row> rows =
        readings(spark, Depth.PIXELS).mapPartitions(part -> rows(part, skip, counted));
    return spark.createDataFrame(rows, SCHEMA);
  }

  private synchronized NoteTally tally(SparkSession spark) {
    if (tally == null || !tally.isRegistered()) {
      tally = new NoteTally();
      spark.sparkContext().register(tally);
    }
    return tally;
  }

  @Override
  public final synchronized List<SourceNote> notes() {
    return tally == null ? List.of() : tally.value();
  }

  private static Iterator<Row> rows(Iterator<Reading> readings, boolean skip, NoteTally tally) {
    return new Iterator<>() {
      private Row ahead;

      @Override
      public boolean hasNext() {
        while (ahead == null && readings.hasNext()) {
          Reading reading = readings.next();
          if (reading instanceof Reading.Good good) {
            ahead = good.sample().toRow();
            tally.add(good);
          } else if (reading instanceof Reading.Bad bad && !skip) {
            throw bad.reason();
          }
        }
        return ahead != null;
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Row row = ahead;
        ahead = null;
        return row;
      }
    };
  }

  @Override
  public final synchronized SourceReport check(SparkSession spark) {
    if (report == null) {
      report = examine(spark);
    }
    return report;
  }

  private SourceReport examine(SparkSession spark) {
    int classes = classNames.size();
    int limit = tolerated;
    Depth depth = limit > 0 ? Depth.PIXELS : Depth.LABELS;
    List<PartReport> parts;
    try {
      parts =
          TaskBoundary.collect(
              readings(spark, depth)
                  .mapPartitions(part -> List.of(PartReport.of(part, classes, limit)).iterator()));
    } catch (Exception e) {
      BadImageDataException bad = BadImageDataException.findIn(e);
      if (bad != null) {
        throw bad;
      }
      throw e;
    }
    Map<String, long[]> counts = new HashMap<>();
    List<BadImageDataException> bad = new ArrayList<>();
    for (PartReport part : parts) {
      part.counts()
          .forEach(
              (split, labels) -> {
                long[] sum = counts.computeIfAbsent(split, key -> new long[classes]);
                Arrays.setAll(sum, i -> sum[i] + labels[i]);
              });
      bad.addAll(part.bad());
    }
    bad.sort(
        Comparator.comparing(BadImageDataException::file)
            .thenComparingLong(BadImageDataException::offset));
    checkBad(bad);
    Map<String, List<Long>> lists = new HashMap<>();
    counts.forEach((split, labels) -> lists.put(split, Arrays.stream(labels).boxed().toList()));
    SourceReport found = new SourceReport(lists, bad);
    checkAccount(found);
    checkEveryClass(found);
    return found;
  }

  private void checkBad(List<BadImageDataException> bad) {
    if (bad.size() > tolerated) {
      BadImageDataException first = bad.get(0);
      if (tolerated == 0) {
        throw first;
      }
      throw new BadImageDataException(
          name,
          "at most " + tolerated + " bad records, as tolerated",
          "at least " + bad.size() + "; the first: " + first.getMessage(),
          first);
    }
    for (BadImageDataException skipped : bad) {
      log.warn("Skipping a record: {}", skipped.getMessage());
    }
    if (!bad.isEmpty()) {
      log.warn("Skipping {} bad records of {} ({} tolerated)", bad.size(), name, tolerated);
    }
  }

  private void checkAccount(SourceReport found) {
    long accounted = found.images() + found.skipped().size();
    if (listed().isPresent() && listed().getAsLong() != accounted) {
      throw new BadImageDataException(
          name,
          "the " + listed().getAsLong() + " files that were listed",
          accounted + " of them: the folder changed while it was read");
    }
  }

  private void checkEveryClass(SourceReport found) {
    for (int label = 0; label < classNames.size(); label++) {
      if (found.imagesOfClass(label) == 0 && emptyClasses == EmptyClasses.REFUSED) {
        throw new BadImageDataException(
            name,
            Text.format(
                "at least one image of class %s (%s; allow none: --allow-empty-classes)",
                label, classNames.get(label)),
            "none");
      }
    }
    found
        .untrained()
        .forEach(
            label ->
                log.warn(
                    "Class {} ({}) of {} has test images but none to train on",
                    label,
                    classNames.get(label),
                    name));
  }

  /** Sets whether a class may have no image; to be called before the first check. */
  final void allow(EmptyClasses allowed) {
    emptyClasses = allowed;
  }

  @Override
  public final ImageShape shape() {
    return shape;
  }

  @Override
  public final List<String> classNames() {
    return classNames;
  }
}
