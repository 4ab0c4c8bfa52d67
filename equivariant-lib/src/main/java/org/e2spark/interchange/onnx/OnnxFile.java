package org.e2spark.interchange.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.UnfinishedFile;
import org.e2spark.interchange.UnsupportedExportException;
import org.e2spark.torch.Autograd;

/**
 * Writes plain networks as ONNX models, opset 18, of one input {@value #INPUT} and one output
 * {@value #OUTPUT} with a batch of any size; in Python {@code
 * onnxruntime.InferenceSession(file).run(None, {"images": images})}.
 */
public final class OnnxFile {

  /** The name of a model's input, (batch, channels, height, width). */
  public static final String INPUT = "images";

  /** The name of a model's output, (batch, classes) of a classifier. */
  public static final String OUTPUT = "logits";

  /** The version of the format that opset 18 came with. */
  private static final int IR_VERSION = 8;

  /** Two images, as a batch's variance of one has no meaning. */
  private static final int ANY_BATCH = 2;

  private OnnxFile() {}

  /**
   * Writes a file, or none if it fails.
   *
   * @param image (channels, height, width)
   * @param metadata that the model carries
   * @param file replaced if it exists
   * @throws IOException if writing fails
   * @throws org.e2spark.interchange.UnsupportedExportException if the network does not compute in
   *     float32
   */
  public static void write(
      PlainNetwork network, Shape image, Map<String, String> metadata, Path file)
      throws IOException {
    UnfinishedFile.write(
        file,
        stream -> {
          try (OutputStream out = new BufferedOutputStream(stream)) {
            model(network, image, metadata).writeTo(out);
          }
        });
  }

  private static void requireSinglePrecision(String name, NDArray array) {
    DataType type = array.getDataType();
    if (type.isFloating() && type != DataType.FLOAT32) {
      throw new UnsupportedExportException(
          "An ONNX model computes in float32, but " + name + " is " + type);
    }
  }

  /** The model. */
  static ModelProto model(PlainNetwork network, Shape image, Map<String, String> metadata) {
    network.arrays().forEach(OnnxFile::requireSinglePrecision);
    var graph = new OnnxGraph(network.arrays());
    Shape shape = new Shape(ANY_BATCH).addAll(image);
    OnnxValue output;
    try (Autograd ignored = Autograd.pause();
        LayerNodes nodes = new LayerNodes(graph)) {
      output = nodes.write(network.layers(), new OnnxValue(INPUT, shape));
    }
    TensorProto.DataType type =
        network.inputType() == DataType.UINT8
            ? TensorProto.DataType.UINT8
            : TensorProto.DataType.FLOAT;
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("e2spark")
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("").setVersion(OnnxOperator.OPSET))
            .setGraph(
                graph.build(
                    "network",
                    OnnxGraph.value(INPUT, type, shape),
                    OnnxGraph.value(OUTPUT, TensorProto.DataType.FLOAT, output.shape()),
                    output.name()));
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }
}
