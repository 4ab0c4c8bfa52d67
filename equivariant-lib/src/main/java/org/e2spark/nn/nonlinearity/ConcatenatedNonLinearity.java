package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.e2spark.group.Decomposition;
import org.e2spark.group.Representation;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Constant;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;
import org.e2spark.nn.Pointwise;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * One function of every channel and of its opposite, {@code σ(x), σ(-x)}, side by side; for fields
 * that permute their channels up to signs (Shang et al., "Concatenated Rectified Linear Units",
 * 2016).
 *
 * <p>Input: (batch, channels, height, width); output: twice the channels. A field of representation
 * {@code r} becomes one of "concatenated_r", in which a change of sign is an exchange of the pair.
 */
public final class ConcatenatedNonLinearity extends PlainModule {

  private static final double TOLERANCE = 1e-9;

  private final PointwiseFunction function;
  private final Constant twice;
  private final Constant signs;

  /** {@code max(x, 0), max(-x, 0)}. */
  public ConcatenatedNonLinearity(FieldType type) {
    this(type, PointwiseFunction.RELU);
  }

  /**
   * @throws FieldTypeException if a field's representation does not support "concatenated"
   *     operations, or is no permutation up to signs
   */
  public ConcatenatedNonLinearity(FieldType type, PointwiseFunction function) {
    super(type, doubled(type));
    this.function = function;
    int channels = outType().size();
    this.twice = constant(LongStream.range(0, channels).map(i -> i / 2).toArray());
    this.signs =
        constant(
            IntStream.range(0, channels).mapToDouble(i -> i % 2 == 0 ? 1 : -1).toArray(),
            new Shape(channels, 1, 1));
  }

  private static FieldType doubled(FieldType type) {
    Pointwise.requireSupport(type, "concatenated", "ConcatenatedNonLinearity");
    Map<Representation, Representation> doubled = new HashMap<>();
    List<Representation> fields =
        type.representations().stream()
            .map(r -> doubled.computeIfAbsent(r, ConcatenatedNonLinearity::doubled))
            .toList();
    return FieldType.of(type.gspace(), fields);
  }

  private static Representation doubled(Representation representation) {
    if (representation.group().isContinuous()) {
      throw new FieldTypeException(
          "ConcatenatedNonLinearity needs a finite group but was given "
              + representation
              + "; use NormNonLinearity or GatedNonLinearity1");
    }
    Set<String> tags = new TreeSet<>(representation.supportedNonlinearities());
    tags.add("pointwise");
    return Decomposition.ofMatrices(
        representation.group(),
        "concatenated_" + representation.name(),
        element -> doubled(representation, representation.at(element)),
        tags);
  }

  private static SimpleMatrix doubled(Representation representation, SimpleMatrix matrix) {
    int size = matrix.getNumRows();
    SimpleMatrix doubled = new SimpleMatrix(2 * size, 2 * size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double value = matrix.get(i, j);
        if (Math.abs(value) <= TOLERANCE) {
          continue;
        }
        if (Math.abs(Math.abs(value) - 1) > TOLERANCE) {
          throw new FieldTypeException(
              Text.format(
                  "ConcatenatedNonLinearity needs entries 0, 1 or -1 but %s has %s",
                  representation, value));
        }
        int exchanged = value > 0 ? 0 : 1;
        doubled.set(2 * i, 2 * j + exchanged, 1);
        doubled.set(2 * i + 1, 2 * j + 1 - exchanged, 1);
      }
    }
    return doubled;
  }

  @Override
  protected PlainLayer form(FormArrays arrays) {
    return Sequence.of(
        arrays.select(twice), new Affine(arrays.of(signs), null), function.plainForm());
  }
}
