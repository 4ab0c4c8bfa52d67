package org.e2spark.interchange.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One node of a graph under construction. */
final class OnnxNode {

  private final OnnxGraph graph;
  private final OnnxOperator operator;
  private final List<String> inputs;
  private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();

  OnnxNode(OnnxGraph graph, OnnxOperator operator, List<String> inputs) {
    this.graph = graph;
    this.operator = operator;
    this.inputs = inputs;
  }

  OnnxNode integer(String name, long value) {
    return with(name, AttributeType.INT, AttributeProto.newBuilder().setI(value));
  }

  OnnxNode integers(String name, long... values) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder();
    Arrays.stream(values).forEach(attribute::addInts);
    return with(name, AttributeType.INTS, attribute);
  }

  OnnxNode number(String name, double value) {
    return with(name, AttributeType.FLOAT, AttributeProto.newBuilder().setF((float) value));
  }

  OnnxNode text(String name, String value) {
    return with(
        name,
        AttributeType.STRING,
        AttributeProto.newBuilder().setS(ByteString.copyFromUtf8(value)));
  }

  private OnnxNode with(String name, AttributeType type, AttributeProto.Builder attribute) {
    attributes.put(name, attribute.setName(name).setType(type).build());
    return this;
  }

  /** Checks the node and adds it; gives the name of its output. */
  String output() {
    return outputs(1).get(0);
  }

  /** As {@link #output}, with the names of several outputs. */
  List<String> outputs(int count) {
    Map<String, AttributeType> types = new LinkedHashMap<>();
    attributes.forEach((name, attribute) -> types.put(name, attribute.getType()));
    operator.check(inputs, types);
    return graph.add(
        NodeProto.newBuilder()
            .setOpType(operator.onnxName())
            .addAllInput(inputs)
            .addAllAttribute(attributes.values()),
        count);
  }
}
