package org.e2spark.infer;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Images through {@link Inference} into Spark's sink that keeps nothing, beside the bare exported
 * network on as many threads, which is given its batches ready made. They alternate, so that what
 * slows the machine slows both.
 *
 * <p>Read {@code percent}: the rate of images as a percentage of that of the bare network.
 *
 * <pre>
 * mvn -q -pl spark-jobs -am test-compile exec:exec@jmh -Djmh="InferenceBenchmark"
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(1)
public class InferenceBenchmark {

  private static final int IMAGES = 4096;
  private static final int SIDE = 29;
  private static final int TASKS = 2;

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
    private double bare;
    private double inSpark;

    @Setup(Level.Iteration)
    public void clear() {
      bare = 0;
      inSpark = 0;
    }

    /** The rate of images in Spark, as a percentage of the bare network's. */
    public double percent() {
      return 100 * bare / inSpark;
    }
  }

  @Setup
  public void prepare() {
    EngineSettings.apply(1);
    spark =
        SparkSession.builder()
            .master("local[" + TASKS + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    SavedModel model = UntrainedModel.of("quickstart/c8", SIDE);
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

  private static List<Row> rows() {
    Random random = new Random(6);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
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
    long began = System.nanoTime();
    bare();
    long between = System.nanoTime();
    inSpark();
    rates.bare += between - began;
    rates.inSpark += System.nanoTime() - between;
  }

  private void bare() throws Exception {
    List<Callable<Void>> parts = new ArrayList<>();
    for (int part = 0; part < TASKS; part++) {
      parts.add(this::part);
    }
    for (Future<Void> done : threads.invokeAll(parts)) {
      done.get();
    }
  }

  private Void part() {
    EngineSettings.apply(1);
    ByteBuffer pixels = ByteBuffer.allocate(InferenceTask.BATCH * SIDE * SIDE);
    for (int at = 0; at < IMAGES / TASKS; at += InferenceTask.BATCH) {
      try (NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
        network.apply(pixels.duplicate(), InferenceTask.BATCH, scratch).toFloatArray();
      }
    }
    return null;
  }

  private void inSpark() {
    inference.transform(images, column).write().format("noop").mode("overwrite").save();
  }
}
