package org.e2spark.infer;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.TableImages;
import org.e2spark.engine.EngineSettings;
import org.e2spark.savedmodel.SavedModel;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Images through {@link Inference} into Spark's sink that keeps nothing, beside the bare exported
 * network on as many threads, which is given its batches ready made. They alternate several times
 * in an iteration, so that what slows the machine slows both, and what counts is the median.
 *
 * <p>Read {@code processorPercent}, the bare network's processor time as a percentage of this JVM's
 * in Spark, which other processes change little; on a machine with nothing else to do, {@code
 * percent}, the same of the time that passes, is the rate of images as a percentage of the bare
 * network's.
 *
 * <pre>
 * mvn -q -pl spark-jobs -am test-compile exec:exec@jmh -Djmh="InferenceBenchmark"
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 1)
@Fork(1)
public class InferenceBenchmark {

  private static final int SIDE = 29;
  private static final int TASKS = 2;
  private static final int ROUNDS = 3;
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** The smallest network that there is, and one of the usual size. */
  @Param({"quickstart/c8", "mnist-bench/regular-c8"})
  public String preset;

  private int count;
  private SparkSession spark;
  private Dataset<Row> images;
  private Inference inference;
  private ImageColumn column;
  private ExportedNetwork network;
  private ExecutorService threads;

  /** What is read. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Rates {
    private final List<Double> elapsed = new ArrayList<>();
    private final List<Double> processor = new ArrayList<>();

    @Setup(Level.Iteration)
    public void clear() {
      elapsed.clear();
      processor.clear();
    }

    void add(Cost bare, Cost inSpark) {
      elapsed.add(100.0 * bare.elapsed / inSpark.elapsed);
      processor.add(100.0 * bare.processor / inSpark.processor);
    }

    /** Of the time that passes. */
    public double percent() {
      return median(elapsed);
    }

    /** Of processor time. */
    public double processorPercent() {
      return median(processor);
    }

    private static double median(List<Double> values) {
      return values.isEmpty()
          ? Double.NaN
          : values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
  }

  /** Nanoseconds that something took. */
  private record Cost(long elapsed, long processor) {

    static Cost of(Callable<Void> work) throws Exception {
      long processor = PROCESS.getProcessCpuTime();
      long began = System.nanoTime();
      work.call();
      return new Cost(System.nanoTime() - began, PROCESS.getProcessCpuTime() - processor);
    }
  }

  @Setup
  public void prepare() {
    EngineSettings.apply(1);
    count = preset.startsWith("quickstart/") ? 32_768 : 512;
    spark =
        SparkSession.builder()
            .master("local[" + TASKS + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    SavedModel model = UntrainedModel.of(preset, SIDE);
    images =
        spark
            .createDataFrame(rows(), new StructType().add("image", DataTypes.BinaryType, false))
            .repartition(TASKS)
            .cache();
    images.count();
    column =
        ImageColumn.of(
            images.schema(),
            "image",
            TableImages.CHW_BYTES,
            new ImageShape(1, SIDE, SIDE),
            SizeConversion.NONE);
    inference =
        new Inference(
            IdentifiedModel.of(model),
            FeatureRequest.BEFORE_HEAD,
            InferenceColumns.none(VectorForm.FLOAT_ARRAY, model.card().classNames())
                .withFeatures("features"),
            InvalidImages.ERROR);
    network = new ExportedNetwork(model, FeatureRequest.BEFORE_HEAD, Device.cpu());
    threads = Executors.newFixedThreadPool(TASKS);
  }

  private List<Row> rows() {
    Random random = new Random(6);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SIDE * SIDE];
      random.nextBytes(pixels);
      rows.add(RowFactory.create((Object) pixels));
    }
    return rows;
  }

  @TearDown
  public void stop() {
    threads.shutdown();
    network.close();
    spark.stop();
  }

  @Benchmark
  public void images(Rates rates) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      rates.add(Cost.of(this::bare), Cost.of(this::inSpark));
    }
  }

  private Void bare() throws Exception {
    List<Callable<Void>> parts = new ArrayList<>();
    for (int part = 0; part < TASKS; part++) {
      parts.add(this::part);
    }
    for (Future<Void> done : threads.invokeAll(parts)) {
      done.get();
    }
    return null;
  }

  private Void part() {
    EngineSettings.apply(1);
    ByteBuffer pixels = ByteBuffer.allocate(InferenceTask.BATCH * SIDE * SIDE);
    new Random(7).nextBytes(pixels.array());
    for (int at = 0; at < count / TASKS; at += InferenceTask.BATCH) {
      try (NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
        network.apply(pixels.duplicate(), InferenceTask.BATCH, scratch).toFloatArray();
      }
    }
    return null;
  }

  private Void inSpark() {
    inference.transform(images, column).write().format("noop").mode("overwrite").save();
    return null;
  }
}
