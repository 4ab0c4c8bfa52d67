package org.e2spark.interchange.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph under construction: nodes, constants, and names for their values. */
final class OnnxGraph {

  /** The name of a graph's dimension that may be any. */
  private static final String BATCH = "batch";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<NDArray, String> names;
  private final Set<String> written = new HashSet<>();
  private int values;

  /**
   * @param names of a network's arrays
   */
  OnnxGraph(Map<String, NDArray> names) {
    this.names = new IdentityHashMap<>();
    names.forEach((name, array) -> this.names.put(array, name));
  }

  /** Begins a node. */
  OnnxNode node(OnnxOperator operator, String... inputs) {
    return new OnnxNode(this, operator, List.of(inputs));
  }

  /** Adds a node without attributes; gives the name of its output. */
  String add(OnnxOperator operator, String... inputs) {
    return node(operator, inputs).output();
  }

  List<String> add(NodeProto.Builder node, int outputs) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      names.add("v" + values++);
    }
    graph.addNode(node.setName("n" + graph.getNodeCount()).addAllOutput(names));
    return names;
  }

  /** One of the network's arrays. */
  String array(NDArray array) {
    String name = names.get(array);
    if (written.add(name)) {
      graph.addInitializer(tensor(name, array));
    }
    return name;
  }

  private static TensorProto tensor(String name, NDArray array) {
    boolean index = array.getDataType() == DataType.INT64;
    ByteBuffer bytes = array.toByteBuffer();
    return tensor(
        name,
        index ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT,
        ByteString.copyFrom(bytes),
        array.getShape().getShape());
  }

  private static TensorProto tensor(
      String name, TensorProto.DataType type, ByteString bytes, long... sizes) {
    TensorProto.Builder tensor = TensorProto.newBuilder();
    Arrays.stream(sizes).forEach(tensor::addDims);
    return tensor.setName(name).setDataType(type.getNumber()).setRawData(bytes).build();
  }

  /** Constant numbers of a shape. */
  String numbers(double[] values, long... sizes) {
    ByteBuffer bytes = little(values.length * Float.BYTES);
    Arrays.stream(values).forEach(value -> bytes.putFloat((float) value));
    return constant(TensorProto.DataType.FLOAT, bytes.flip(), sizes);
  }

  /** One constant number. */
  String number(double value) {
    return numbers(new double[] {value});
  }

  /** Constant integers, in a vector. */
  String integers(long... values) {
    ByteBuffer bytes = little(values.length * Long.BYTES);
    Arrays.stream(values).forEach(bytes::putLong);
    return constant(TensorProto.DataType.INT64, bytes.flip(), values.length);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(TensorProto.DataType type, ByteBuffer bytes, long... sizes) {
    String name = "c" + graph.getInitializerCount();
    graph.addInitializer(tensor(name, type, ByteString.copyFrom(bytes), sizes));
    return name;
  }

  /** Another view of a value: all dimensions but the first are given, which stays as it is. */
  String reshape(String x, long... sizes) {
    long[] all = new long[sizes.length + 1];
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    return add(OnnxOperator.RESHAPE, x, integers(all));
  }

  /** The graph, of one input and one output, whose first dimensions may be any. */
  GraphProto build(String name, ValueInfoProto input, ValueInfoProto output, String result) {
    NodeProto last =
        NodeProto.newBuilder()
            .setName("n" + graph.getNodeCount())
            .setOpType(OnnxOperator.IDENTITY.onnxName())
            .addInput(result)
            .addOutput(output.getName())
            .build();
    return graph.setName(name).addInput(input).addOutput(output).addNode(last).build();
  }

  /** A graph's input or output. */
  static ValueInfoProto value(String name, TensorProto.DataType type, Shape shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    for (int axis = 1; axis < shape.dimension(); axis++) {
      sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(shape.get(axis)));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(sizes)))
        .build();
  }
}
