package org.e2spark.infer;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.TableImages;
import org.e2spark.engine.ChildJvm;
import org.e2spark.engine.EngineSettings;
import org.e2spark.infer.ExtractOptions.Predictions;
import org.e2spark.infer.ExtractOptions.TableFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/**
 * Extraction in a JVM of its own, which repeats failed tasks, has 512 MB and knows Delta Lake. By
 * {@code E2SPARK_ALL=1} a million rows go through it instead of 20,000.
 */
@Tag("writes-files")
class ManyRowsTest {

  private static final int SIDE = 21;
  private static final int PARTITIONS = 20;
  private static final String MEBIBYTES = "MiB after tasks";

  @TempDir static Path folder;
  private static final List<String> SAID = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void extract() throws Exception {
    boolean all = System.getenv("E2SPARK_ALL") != null;
    String model = UntrainedModel.write("quickstart/cnn", SIDE, folder.resolve("model"));
    try (ChildJvm child =
        ChildJvm.start(
            Child.class,
            Map.of(),
            folder.resolve("child.log"),
            SAID::add,
            List.of(),
            folder.toUri().toString(),
            model,
            all ? "1000000" : "20000")) {
      int code = child.exit(all ? 1800 : 300);
      assertThat(code).as(Files.readString(folder.resolve("child.log"))).isZero();
    }
  }

  private static String said(String about) {
    return SAID.stream()
        .filter(line -> line.startsWith(about + ": "))
        .map(line -> line.substring(about.length() + 2))
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("Nothing about " + about + " in " + SAID));
  }

  @Test
  void aRepeatedTaskGivesTheSameBits() {
    assertThat(said("failures")).isEqualTo("3");
    assertThat(said("rows of repeated tasks")).isEqualTo("300, all of the same bits");
  }

  /**
   * A row kept would be a kibibyte at least, so that 10,000 of them would be seen. What another
   * task holds for the moment comes and goes; in a heap, rows kept would be in every last size.
   */
  @Test
  void memoryDoesNotGrowWithRows() {
    for (String kind : List.of("heap", "process")) {
      List<Integer> sizes = new ArrayList<>();
      for (String size : said(kind + ", " + MEBIBYTES).split(" ")) {
        sizes.add(Integer.parseInt(size));
      }
      assertThat(sizes).hasSize(PARTITIONS);
      int first = Collections.max(sizes.subList(0, PARTITIONS / 4));
      int late =
          kind.equals("heap")
              ? Collections.min(sizes.subList(PARTITIONS * 3 / 4, PARTITIONS))
              : Collections.max(sizes.subList(PARTITIONS / 4, PARTITIONS));
      assertThat(late).as("%s: %s", kind, sizes).isLessThan(first + (kind.equals("heap") ? 8 : 64));
    }
  }

  @Test
  @EnabledForJreRange(
      max = JRE.JAVA_21,
      disabledReason = "A JDK 25 builds with Spark 4.2, and this Delta Lake knows Spark 4.0 alone")
  void aTableOfDeltaLakeIsWrittenAndRead() {
    assertThat(said("rows to Delta Lake")).isEqualTo("300, all of the same bits");
    assertThat(said("rows from Delta Lake")).isEqualTo("300, all of the same bits");
  }

  /** The JVM that extracts, and tells what came of it. */
  public static final class Child {
    private static final AtomicInteger FAILURES = new AtomicInteger();

    private Child() {}

    public static void main(String[] args) throws IOException {
      EngineSettings.apply(1);
      boolean delta = Runtime.version().feature() <= 21;
      SparkSession.Builder builder =
          SparkSession.builder()
              .master("local[2,2]")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", "2");
      if (delta) {
        builder
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.databricks.delta.snapshotPartitions", "1");
      }
      try (SparkSession spark = builder.getOrCreate()) {
        new Child().run(spark, args[0], args[1], Long.parseLong(args[2]), delta);
      }
    }

    private void run(SparkSession spark, String folder, String model, long rows, boolean delta) {
      images(spark, 300, 3, Child::pixels).write().parquet(folder + "/images");
      extract(spark, folder + "/images", model, folder + "/whole", TableFormat.PARQUET);
      Dataset<Row> whole = spark.read().parquet(folder + "/whole");

      Inference inference = inference(model, spark);
      through(inference, images(spark, 300, 3, Child::pixelsAtLast))
          .write()
          .parquet(folder + "/repeated");
      System.out.println("failures: " + FAILURES.get());
      compare("rows of repeated tasks", whole, spark.read().parquet(folder + "/repeated"));

      if (delta) {
        // Delta Lake names its files in the digits of the locale, and never finds them again.
        Locale.setDefault(Locale.ROOT);
        extract(spark, folder + "/images", model, folder + "/delta", TableFormat.DELTA);
        Dataset<Row> table = spark.read().format("delta").load(folder + "/delta");
        compare("rows to Delta Lake", whole, table);
        table.drop("features").write().format("delta").save(folder + "/delta-images");
        extract(spark, folder + "/delta-images", model, folder + "/back", TableFormat.PARQUET);
        compare("rows from Delta Lake", whole, spark.read().parquet(folder + "/back"));
      }

      MemoryListener memory = new MemoryListener();
      spark.sparkContext().addSparkListener(memory);
      through(inference, images(spark, rows, PARTITIONS, Child::pixels))
          .write()
          .format("noop")
          .mode("overwrite")
          .save();
      spark.stop(); // and with it the listener has heard of all tasks
      memory.tell();
    }

    private static Dataset<Row> images(
        SparkSession spark, long rows, int partitions, UDF1<Long, byte[]> pixels) {
      return spark
          .range(0, rows, 1, partitions)
          .withColumn("image", udf(pixels, DataTypes.BinaryType).apply(col("id")));
    }

    private static byte[] pixels(Long id) {
      byte[] pixels = new byte[SIDE * SIDE];
      new Random(id).nextBytes(pixels);
      return pixels;
    }

    /** The same; but each task fails when it is tried first, in its second pass. */
    private static byte[] pixelsAtLast(Long id) {
      if (id % 100 == 80 && TaskContext.get().attemptNumber() == 0) {
        FAILURES.incrementAndGet();
        throw new IllegalStateException("a failure on purpose");
      }
      return pixels(id);
    }

    private static void extract(
        SparkSession spark, String from, String model, String to, TableFormat format) {
      ExtractJob.run(
          spark,
          new ExtractOptions(
              model,
              from,
              "",
              "image",
              TableImages.CHW_BYTES,
              SizeConversion.NONE,
              InvalidImages.ERROR,
              FeatureRequest.BEFORE_HEAD,
              Predictions.LEFT_OUT,
              to,
              format));
    }

    private static Inference inference(String model, SparkSession spark) {
      IdentifiedModel saved =
          IdentifiedModel.of(
              org.e2spark.savedmodel.SavedModel.read(
                  new org.apache.hadoop.fs.Path(model),
                  spark.sparkContext().hadoopConfiguration()));
      return new Inference(
          saved,
          FeatureRequest.BEFORE_HEAD,
          InferenceColumns.none(VectorForm.FLOAT_ARRAY, saved.model().card().classNames())
              .withFeatures("features"),
          InvalidImages.ERROR);
    }

    private static Dataset<Row> through(Inference inference, Dataset<Row> images) {
      return inference.transform(
          images,
          ImageColumn.of(
              images.schema(),
              "image",
              TableImages.CHW_BYTES,
              new ImageShape(1, SIDE, SIDE),
              SizeConversion.NONE));
    }

    private static void compare(String what, Dataset<Row> expected, Dataset<Row> seen) {
      List<Row> rows = seen.orderBy("id").select("id", "features").collectAsList();
      boolean same = rows.equals(expected.orderBy("id").select("id", "features").collectAsList());
      System.out.println(
          what + ": " + rows.size() + (same ? ", all of the same bits" : ", some otherwise"));
    }
  }

  /** What memory is in use whenever a task has ended. */
  private static final class MemoryListener extends SparkListener {
    private final List<String> heap = new ArrayList<>();
    private final List<String> process = new ArrayList<>();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd ended) {
      System.gc();
      heap.add(mebibytes(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10));
      process.add(mebibytes(residentKibibytes()));
    }

    private static String mebibytes(long kibibytes) {
      return Long.toString(kibibytes >> 10);
    }

    private static long residentKibibytes() {
      try {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .sum();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void tell() {
      System.out.println("heap, " + MEBIBYTES + ": " + String.join(" ", heap));
      System.out.println("process, " + MEBIBYTES + ": " + String.join(" ", process));
    }
  }
}
