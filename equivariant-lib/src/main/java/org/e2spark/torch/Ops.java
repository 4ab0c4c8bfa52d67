package org.e2spark.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.convolutional.Conv2d;
import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.e2spark.text.Text;

/**
 * Differentiable tensor operations that DJL's API lacks.
 *
 * <p>Results belong to the manager of the first operand, except where a manager is asked for.
 * Images are arrays {@code (batch, channels, height, width)}.
 */
public final class Ops {

  /** How an image is continued beyond its border. */
  public enum Border {
    /** By zeros. */
    ZEROS,
    /** By reflection about the border pixel, which is not repeated. */
    REFLECT,
    /** By repeating the border pixel. */
    REPLICATE,
    /** Periodically. */
    CIRCULAR
  }

  private Ops() {}

  /**
   * Einstein summation.
   *
   * @param equation in PyTorch's notation, such as {@code "bi,oi->bo"}
   */
  public static NDArray einsum(NDManager manager, String equation, NDArray... operands) {
    var names = new StringJoiner(", ");
    for (int i = 0; i < operands.length; i++) {
      names.add("x" + i);
    }
    return TorchFunction.of(names.toString(), "torch.einsum(\"" + equation + "\", [" + names + "])")
        .apply(manager, operands);
  }

  /** Matrix product, with the rules of PyTorch's {@code matmul} for vectors and batches. */
  public static NDArray matMul(NDManager manager, NDArray a, NDArray b) {
    return TorchFunction.of("a, b", "torch.matmul(a, b)").apply(manager, a, b);
  }

  /** The maximum over several axes, which disappear; equal values share the gradient evenly. */
  public static NDArray max(NDArray x, int... axes) {
    return unary(x, "torch.amax(x, %s, False)", Arrays.toString(axes));
  }

  /** The mean over several axes, which disappear. */
  public static NDArray mean(NDArray x, int... axes) {
    return unary(x, "torch.mean(x, %s, False)", Arrays.toString(axes));
  }

  /**
   * Pads the last two axes.
   *
   * @param vertical rows added above and below
   * @param horizontal columns added left and right
   */
  public static NDArray pad(NDArray x, int vertical, int horizontal, Border border) {
    int[] widths = {horizontal, horizontal, vertical, vertical};
    String mode = border == Border.ZEROS ? "constant" : border.name().toLowerCase(Locale.ROOT);
    return unary(x, "torch.pad(x, %s, \"%s\")", Arrays.toString(widths), mode);
  }

  /**
   * Cross-correlates images with a filter; in bfloat16 inside of {@link Autocast}, if they are
   * float32.
   *
   * @param x (batch, input channels, height, width)
   * @param filter (output channels, input channels / groups, kernel height, kernel width)
   * @param shift (output channels), or null
   * @param window how the filter moves; its kernel is the filter's
   * @param groups equal groups of channels that are convolved apart from each other
   * @return (batch, output channels, h, w) of the type of {@code x}
   */
  public static NDArray convolve(
      NDArray x, NDArray filter, NDArray shift, Window window, int groups) {
    if (!Autocast.isOn() || x.getDataType() != DataType.FLOAT32) {
      return Conv2d.conv2d(
              x, filter, shift, window.stride(), window.padding(), window.dilation(), groups)
          .singletonOrThrow();
    }
    String product =
        Text.format(
            "torch.to(torch.conv2d(torch.to(x, %1$d), torch.to(w, %1$d), None, %2$s, %3$d), %4$d)",
            scalarType(DataType.BFLOAT16),
            window.ofConvolution(),
            groups,
            scalarType(DataType.FLOAT32));
    return shift == null
        ? TorchFunction.of("x, w", product).apply(x.getManager(), x, filter)
        : TorchFunction.of("x, w, b", "torch.add(" + product + ", torch.reshape(b, [1, -1, 1, 1]))")
            .apply(x.getManager(), x, filter, shift);
  }

  /** The entries of one axis that {@code index} (int64, one axis) names, in its order. */
  public static NDArray indexSelect(NDArray x, int axis, NDArray index) {
    return TorchFunction.of("x, index", "torch.index_select(x, " + axis + ", index)")
        .apply(x.getManager(), x, index);
  }

  /** The arrays of a batch normalisation, one value per entry of the second axis. */
  public record Normalized(NDArray weight, NDArray bias, NDArray runningMean, NDArray runningVar) {

    /**
     * @param weight scales, or null for none
     * @param bias shifts; null exactly if {@code weight} is
     * @param runningMean remembered means, or null for none
     * @param runningVar remembered variances; null exactly if {@code runningMean} is
     */
    public Normalized {
      if ((weight == null) != (bias == null) || (runningMean == null) != (runningVar == null)) {
        throw new IllegalArgumentException(
            "Scales come with shifts, and running means with running variances");
      }
    }
  }

  /**
   * Batch normalisation over the second axis by the statistics of the batch, which the running ones
   * are moved towards if there are any.
   *
   * @param momentum the share by which running statistics move
   * @param eps added to variances
   */
  public static NDArray normalizeByBatch(
      NDArray x, Normalized arrays, double momentum, double eps) {
    return batchNorm(x, arrays, null, "True, " + momentum, eps);
  }

  /**
   * As {@link #normalizeByBatch}, the running statistics being averages over all batches.
   *
   * @param batches how many there have been; one is added to it
   */
  public static NDArray normalizeByBatch(
      NDArray x, Normalized arrays, NDArray batches, double eps) {
    String momentum = "torch.div(1., float(torch.add_(batches, 1)))";
    return batchNorm(x, arrays, batches, "True, " + momentum, eps);
  }

  private static NDArray batchNorm(
      NDArray x, Normalized arrays, NDArray batches, String how, double eps) {
    var names = new StringJoiner(", ").add("x");
    List<NDArray> operands = new ArrayList<>(List.of(x));
    String scale = optional(names, operands, "weight", arrays.weight(), "bias", arrays.bias());
    String statistics =
        optional(names, operands, "mean", arrays.runningMean(), "var", arrays.runningVar());
    if (batches != null) {
      names.add("batches");
      operands.add(batches);
    }
    String call =
        Text.format("torch.batch_norm(x, %s, %s, %s, %s, True)", scale, statistics, how, eps);
    return TorchFunction.of(names.toString(), call)
        .apply(x.getManager(), operands.toArray(NDArray[]::new));
  }

  private static String optional(
      StringJoiner names, List<NDArray> operands, String a, NDArray x, String b, NDArray y) {
    if (x == null) {
      return "None, None";
    }
    names.add(a).add(b);
    operands.add(x);
    operands.add(y);
    return a + ", " + b;
  }

  /**
   * Writes arrays one after the other into another one, in its own memory.
   *
   * @param target one axis, as long as all parts together
   * @param parts of any shapes
   */
  public static void concatInto(NDArray target, List<NDArray> parts) {
    var names = new StringJoiner(", ");
    var flat = new StringJoiner(", ");
    for (int i = 0; i < parts.size(); i++) {
      names.add("x" + i);
      flat.add("torch.flatten(x" + i + ")");
    }
    List<NDArray> operands = new ArrayList<>(parts);
    operands.add(target);
    TorchFunction.of(names + ", target", "torch.cat([" + flat + "], 0, out=target)")
        .apply(target.getManager(), operands.toArray(NDArray[]::new))
        .close();
  }

  /**
   * Writes an array's values into the memory of another one; DJL's {@code copyTo} gives it other
   * memory instead.
   *
   * @param source of the target's shape, on any device
   */
  public static void copyInto(NDArray target, NDArray source) {
    TorchFunction.of("target, source", "torch.copy_(target, source)")
        .apply(target.getManager(), target, source)
        .close();
  }

  /** Casts to another data type, keeping the gradient. */
  public static NDArray cast(NDArray x, DataType type) {
    return unary(x, "torch.to(x, %d)", scalarType(type));
  }

  /**
   * How often the array was written to in place. Together with its identity this tells whether
   * something computed from it is still valid.
   */
  public static long version(NDArray x) {
    try (NDArray version = unary(x, "torch.tensor(torch._version(x))")) {
      return version.getLong();
    }
  }

  private static int scalarType(DataType type) {
    return switch (type) {
      case UINT8 -> 0;
      case INT8 -> 1;
      case INT32 -> 3;
      case INT64 -> 4;
      case FLOAT16 -> 5;
      case FLOAT32 -> 6;
      case FLOAT64 -> 7;
      case BOOLEAN -> 11;
      case BFLOAT16 -> 15;
      default ->
          throw new IllegalArgumentException("Cannot cast to " + type + ": PyTorch lacks it");
    };
  }

  @FormatMethod
  private static NDArray unary(NDArray x, String format, Object... arguments) {
    return TorchFunction.of("x", Text.format(format, arguments)).apply(x.getManager(), x);
  }
}
