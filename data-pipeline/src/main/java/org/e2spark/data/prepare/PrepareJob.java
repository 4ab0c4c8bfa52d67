package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.data.query.StoredRows;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.shard.ShardOutput;
import org.e2spark.data.shard.ShardSummary;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SourceNote;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.UserPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns an image source into a shard directory. */
public final class PrepareJob {
  private static final Logger log = LoggerFactory.getLogger(PrepareJob.class);

  private final SparkSession spark;
  private final ImageSource source;
  private final Path output;
  private final PrepareOptions options;
  private final Configuration configuration;

  private PrepareJob(SparkSession spark, ImageSource source, Path output, PrepareOptions options) {
    this.spark = spark;
    this.source = source;
    this.configuration = StoredRows.hadoopConfiguration(spark);
    this.output = UserPath.qualify(output, configuration);
    this.options = options;
  }

  /**
   * Prepares a source's images and writes them as shards.
   *
   * @param spark the session that does the work
   * @param source the images
   * @param output the shard directory: new, empty, or left by an interrupted run of this very job,
   *     which is then resumed
   * @param options what to do with the images
   * @throws org.e2spark.data.shard.OutputConflictException if the directory holds something else
   * @throws org.e2spark.data.source.BadImageDataException if an image or label does not fit
   */
  public static PrepareReport run(
      SparkSession spark, ImageSource source, Path output, PrepareOptions options) {
    try {
      return new PrepareJob(spark, source, output, options).run();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write shards to " + output + ": " + e.getMessage(), e);
    } catch (Exception e) {
      throw SparkFailures.typed("Cannot prepare " + output, e);
    }
  }

  private PrepareReport run() throws IOException {
    ImageShape shape = ImageTransform.outShape(source.shape(), options);
    Dataset<Row> read = source.read(spark);
    ShardLayout layout = layout(shape, PreparePlan.recordsTurns(read));
    Dataset<Row> images = PreparePlan.standard(read);
    SourceSurvey survey = SourceSurvey.of(images, source.shape(), source.classNames().size());
    survey.checkRoomForCopies(options.copies());
    StratifiedDivision division = new StratifiedDivision(options, survey);
    Column rowsPerShard = rowsPerShard(division.sizes(survey), layout);
    ShardManifest identity = identity(layout, survey);
    ShardOutput target = ShardOutput.claim(output, configuration, identity);
    Optional<ShardManifest> finished = target.finished();
    if (finished.isPresent()) {
      log.info("{} is complete already", output);
      target.clean();
      return report(finished.get(), 0, shards(finished.get()), images);
    }
    Dataset<Row> rows = PreparePlan.copied(division.divide(images), options);
    List<ShardSlot> slots = PreparePlan.collectSlots(PreparePlan.slots(rows, rowsPerShard));
    Map<String, ShardSummary> summaries =
        target.finishedShards(slots.stream().map(ShardSlot::file).toList(), identity);
    int reused = summaries.size();
    List<ShardSlot> missing =
        slots.stream().filter(slot -> !summaries.containsKey(slot.file())).toList();
    write(rows, missing, layout).forEach(summaries::put);
    ShardManifest manifest = ManifestBuilder.build(identity, slots, summaries);
    target.publish(manifest);
    log.info("Wrote {} shards to {} ({} were there already)", missing.size(), output, reused);
    return report(manifest, missing.size(), reused, images);
  }

  private PrepareReport report(
      ShardManifest manifest, int written, int reused, Dataset<Row> images) {
    Optional<DuplicateReport> duplicates =
        options.duplicateReport() ? Optional.of(DuplicateReport.of(images)) : Optional.empty();
    duplicates.ifPresent(found -> log.info("Duplicates in the source of {}: {}", output, found));
    List<SourceNote> notes = source.notes();
    notes.forEach(
        note ->
            log.warn(
                "{} images of the source of {}: {} (as {})",
                note.images(),
                output,
                note.text(),
                note.example()));
    return new PrepareReport(manifest, written, reused, duplicates, notes);
  }

  private ShardLayout layout(ImageShape shape, boolean turned) {
    ShardLayout standard = ShardLayout.forShape(shape);
    return new ShardLayout(
        shape,
        options.recordBatchRows().orElse(standard.recordBatchRows()),
        turned || PreparePlan.turns(options));
  }

  private ShardManifest identity(ShardLayout layout, SourceSurvey survey) {
    return ManifestBuilder.identity(
        layout, source.classNames(), survey.fingerprint(), options.seed(), options.asMap());
  }

  private Column rowsPerShard(SortedMap<String, Long> sizes, ShardLayout layout) {
    int most = layout.rowsPerShard(options.maxShardBytes());
    Column result = lit((long) most);
    for (Map.Entry<String, Long> split : sizes.entrySet()) {
      boolean copied = split.getKey().equals(PrepareOptions.TRAIN);
      long rows = split.getValue() * (copied ? options.copies() : 1);
      long perShard = PreparePlan.rowsPerShard(rows, most, layout.recordBatchRows());
      result = when(col("split").equalTo(split.getKey()), lit(perShard)).otherwise(result);
    }
    return result;
  }

  private Map<String, ShardSummary> write(
      Dataset<Row> rows, List<ShardSlot> slots, ShardLayout layout) {
    Map<String, ShardSummary> summaries = new HashMap<>();
    if (slots.isEmpty()) {
      return summaries;
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    ShardWriteTask task =
        new ShardWriteTask(
            output.toString(),
            context.broadcast(new SerializableConfiguration(configuration)),
            layout,
            source.classNames().size(),
            slots);
    TaskBoundary.collect(
            StoredRows.mapPartitions(
                PreparePlan.shardRows(rows, slots, source.shape(), options), task))
        .forEach(done -> summaries.put(slots.get(done.slot()).file(), done.summary()));
    return summaries;
  }

  private static int shards(ShardManifest manifest) {
    return manifest.splits().values().stream().mapToInt(split -> split.shards().size()).sum();
  }
}
