package org.e2spark.interchange.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.text.Text;

/**
 * The operators of opset {@value #OPSET} that networks are written with: how many inputs each
 * takes, and which attributes.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX's operators</a>
 */
enum OnnxOperator {
  ADD("Add", 2, 2),
  ARG_MAX("ArgMax", 1, 1, "axis?", "keepdims?"),
  AVERAGE_POOL(
      "AveragePool",
      1,
      1,
      "kernel_shape*",
      "strides?*",
      "pads?*",
      "ceil_mode?",
      "count_include_pad?"),
  CAST("Cast", 1, 1, "to"),
  CONCAT("Concat", 1, Integer.MAX_VALUE, "axis"),
  CONV("Conv", 2, 3, "strides?*", "pads?*", "dilations?*", "group?"),
  CONV_TRANSPOSE(
      "ConvTranspose", 2, 3, "strides?*", "pads?*", "dilations?*", "output_padding?*", "group?"),
  DIV("Div", 2, 2),
  ELU("Elu", 1, 1, "alpha?."),
  EXPAND("Expand", 2, 2),
  FLATTEN("Flatten", 1, 1, "axis?"),
  GATHER("Gather", 2, 2, "axis?"),
  GATHER_ELEMENTS("GatherElements", 2, 2, "axis?"),
  GEMM("Gemm", 2, 3, "transB?"),
  GREATER("Greater", 2, 2),
  IDENTITY("Identity", 1, 1),
  LEAKY_RELU("LeakyRelu", 1, 1, "alpha?."),
  MAT_MUL("MatMul", 2, 2),
  MAX("Max", 1, Integer.MAX_VALUE),
  MAX_POOL("MaxPool", 1, 1, "kernel_shape*", "strides?*", "pads?*", "dilations?*", "ceil_mode?"),
  MOD("Mod", 2, 2),
  MUL("Mul", 2, 2),
  PAD("Pad", 2, 4, "mode?$"),
  RECIPROCAL("Reciprocal", 1, 1),
  REDUCE_L2("ReduceL2", 1, 2, "keepdims?"),
  REDUCE_MAX("ReduceMax", 1, 2, "keepdims?"),
  REDUCE_MEAN("ReduceMean", 1, 2, "keepdims?"),
  REDUCE_PROD("ReduceProd", 1, 2, "keepdims?"),
  REDUCE_SUM("ReduceSum", 1, 2, "keepdims?"),
  RELU("Relu", 1, 1),
  RESHAPE("Reshape", 2, 2),
  RESIZE("Resize", 3, 4, "mode?$", "coordinate_transformation_mode?$", "nearest_mode?$", "axes?*"),
  SHAPE("Shape", 1, 1),
  SIGMOID("Sigmoid", 1, 1),
  SLICE("Slice", 3, 5),
  SQRT("Sqrt", 1, 1),
  SUB("Sub", 2, 2),
  TANH("Tanh", 1, 1),
  WHERE("Where", 3, 3);

  /** The version of the operators' set. */
  static final int OPSET = 18;

  private final String onnxName;
  private final int fewest;
  private final int most;
  private final Map<String, AttributeType> attributes = new LinkedHashMap<>();
  private final Set<String> mandatory = new TreeSet<>();

  /**
   * @param attributes names, each followed by {@code ?} if it may be left out, and by {@code *} for
   *     integers, {@code .} for a float, {@code $} for text; one integer otherwise
   */
  OnnxOperator(String onnxName, int fewest, int most, String... attributes) {
    this.onnxName = onnxName;
    this.fewest = fewest;
    this.most = most;
    for (String attribute : attributes) {
      String name = attribute.replaceAll("[?*.$]", "");
      this.attributes.put(name, type(attribute.charAt(attribute.length() - 1)));
      if (!attribute.contains("?")) {
        mandatory.add(name);
      }
    }
  }

  private static AttributeType type(char mark) {
    return switch (mark) {
      case '*' -> AttributeType.INTS;
      case '.' -> AttributeType.FLOAT;
      case '$' -> AttributeType.STRING;
      default -> AttributeType.INT;
    };
  }

  /** The name in files. */
  String onnxName() {
    return onnxName;
  }

  /**
   * Checks a node before it is written.
   *
   * @param inputs their names; an empty one for an optional input that is left out
   * @param given attributes by name
   * @throws IllegalArgumentException if the node is none of this operator
   */
  void check(List<String> inputs, Map<String, AttributeType> given) {
    if (inputs.size() < fewest || inputs.size() > most) {
      throw new IllegalArgumentException(
          Text.format("%s takes %d to %d inputs, not %d", onnxName, fewest, most, inputs.size()));
    }
    given.forEach(
        (name, type) -> {
          if (type != attributes.get(name)) {
            throw new IllegalArgumentException(
                Text.format(
                    "%s has no attribute %s of type %s (it has %s)",
                    onnxName, name, type, attributes));
          }
        });
    Set<String> missing = new TreeSet<>(mandatory);
    missing.removeAll(given.keySet());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(onnxName + " needs " + missing);
    }
  }
}
