package org.e2spark.ml;

import static org.apache.spark.sql.functions.udf;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.e2spark.export.ExportFormat;
import org.e2spark.export.ExportInput;
import org.e2spark.export.ModelExport;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;

/**
 * Adds a column that holds, in each row, a saved model as a file of another format: how a program
 * that is far from the cluster, such as a client of Spark Connect, fetches a network.
 *
 * <p>{@code ModelExporter().setModelPath(path).transform(spark.range(1)).head()} is a row with the
 * file's bytes.
 */
public final class ModelExporter extends Transformer implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private String uid;
  private final Param<String> modelPath;
  private final Param<String> format;
  private final Param<String> input;
  private final Param<String> outputCol;

  /** With a uid of its own. */
  public ModelExporter() {
    this(Uids.next(null));
  }

  /** With a given uid. */
  public ModelExporter(String uid) {
    this(Uids.next(uid));
  }

  private ModelExporter(Void unused) {
    modelPath = TextParam.of(uid(), "modelPath", "directory of a saved model, or of a run");
    format =
        ImageParams.choice(uid(), "format", "of the file", "torchscript", "onnx", "safetensors");
    input =
        ImageParams.choice(
            uid(),
            "input",
            "what the network takes: raw_pixels (uint8 of 0 to 255) or normalized (float32)",
            "raw_pixels",
            "normalized");
    outputCol = TextParam.of(uid(), "outputCol", "column of the file's bytes");
    setDefault(format, "torchscript");
    setDefault(input, "raw_pixels");
    setDefault(outputCol, "file");
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = Uids.take("modelExporter");
    }
    return uid;
  }

  /** Directory of what {@link EquivariantClassificationModel} saved, of a model, or of a run. */
  public Param<String> modelPath() {
    return modelPath;
  }

  /** {@code torchscript}, {@code onnx} or {@code safetensors}. */
  public Param<String> format() {
    return format;
  }

  /** {@code raw_pixels}, which the network normalises, or {@code normalized}. */
  public Param<String> input() {
    return input;
  }

  /** The column of the file's bytes. */
  public Param<String> outputCol() {
    return outputCol;
  }

  private <T> ModelExporter with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  /** Sets {@link #modelPath}. */
  public ModelExporter setModelPath(String value) {
    return with(modelPath, value);
  }

  /** Sets {@link #format}. */
  public ModelExporter setFormat(String value) {
    return with(format, value);
  }

  /** Sets {@link #input}. */
  public ModelExporter setInput(String value) {
    return with(input, value);
  }

  /** Sets {@link #outputCol}. */
  public ModelExporter setOutputCol(String value) {
    return with(outputCol, value);
  }

  /**
   * The columns with that of the file.
   *
   * @throws IllegalArgumentException if it is there already, or {@code modelPath} is not set
   */
  @Override
  public StructType transformSchema(StructType schema) {
    if (!isSet(modelPath)) {
      throw new IllegalArgumentException("modelPath is not set: name a saved model");
    }
    String name = getOrDefault(outputCol);
    if (List.of(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          Text.format("Column '%s' is there already: drop it, or set outputCol", name));
    }
    return schema.add(name, DataTypes.BinaryType, false);
  }

  /**
   * Adds the file to each row, written by the row's task: where a session has sent the jar to a
   * server, only tasks are sure to have its native libraries.
   *
   * @throws org.e2spark.checkpoint.CheckpointException if there is no whole model
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Configuration configuration = dataset.sparkSession().sparkContext().hadoopConfiguration();
    SavedModel model = NetworkFolder.model(getOrDefault(modelPath), configuration).model();
    ExportUdf file =
        new ExportUdf(
            model,
            ExportFormat.valueOf(getOrDefault(format).toUpperCase(Locale.ROOT)),
            ExportInput.valueOf(getOrDefault(input).toUpperCase(Locale.ROOT)));
    // Not once on the driver, as Spark would do with what is the same for all rows.
    return dataset
        .toDF()
        .withColumn(
            getOrDefault(outputCol),
            udf(file, DataTypes.BinaryType).asNonNullable().asNondeterministic().apply());
  }

  private record ExportUdf(SavedModel model, ExportFormat format, ExportInput input)
      implements UDF0<byte[]> {
    @Override
    public byte[] call() throws IOException {
      java.nio.file.Path file = Files.createTempFile("e2spark", ".model");
      try {
        new ModelExport(model, input, Evaluation.DENSE, "e2spark").write(format, file);
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    }
  }

  @Override
  public ModelExporter copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what was saved. */
  public static MLReader<ModelExporter> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what was saved at a path. */
  public static ModelExporter load(String path) {
    return read().load(path);
  }
}
