package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.e2spark.group.Representation;
import org.e2spark.init.WeightInit;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * A learnt quadratic nonlinearity: the tensor product of every field with itself, decomposed into
 * irreps, is mapped to an output field by an equivariant linear map of its own (Clebsch-Gordan
 * nets: Kondor, Lin and Trivedi 2018).
 *
 * <p>Input: (batch, channels, height, width) of equal fields; output: as many equal fields of
 * another representation. Parameter {@code weights}, one per field and intertwiner. Deep stacks of
 * it are polynomials of high degree: keep the fields normalised.
 */
public final class TensorProduct extends SteerableConvolution {

  private final FilterGeometry projection;

  /**
   * @throws FieldTypeException if the fields of a type are not equal, or the types differ in space
   *     or number of fields
   */
  public TensorProduct(FieldType in, FieldType out) {
    super(
        in,
        out,
        PointwiseLinear.layout(squared(in, out), out),
        Bias.NONE,
        WeightInit.GENERALIZED_HE);
    this.projection = PointwiseLinear.pixel(in.fields());
  }

  /** The type of one field's tensor product with itself. */
  private static FieldType squared(FieldType in, FieldType out) {
    if (in.fields() != out.fields()
        || in.representations().stream().distinct().count() != 1
        || out.representations().stream().distinct().count() != 1) {
      throw new FieldTypeException(
          Text.format(
              "TensorProduct needs equal fields, and as many in as out, but was given %s and %s",
              in, out));
    }
    Representation field = in.representations().get(0);
    return FieldType.of(in.gspace(), field.tensor(field), 1);
  }

  @Override
  NDArray oriented(NDArray filter) {
    return filter;
  }

  @Override
  NDArray convolve(NDArray x, NDArray filter, NDArray shift) {
    int size = inType().representations().get(0).size();
    NDArray products =
        TorchFunction.of(
                "x",
                List.of(
                    Text.format("f = torch.unflatten(x, 1, [%d, %d])", inType().fields(), size),
                    "p = torch.mul(torch.unsqueeze(f, 3), torch.unsqueeze(f, 2))"),
                "torch.flatten(p, 1, 3)")
            .apply(x.getManager(), x);
    NDArray y = projection.apply(products, filter, shift);
    products.close();
    return y;
  }

  @Override
  PlainLayer plainForm(PlainArrays arrays, NDArray filter, NDArray shift) {
    int size = inType().representations().get(0).size();
    int products = inType().fields() * size * size;
    long[] left = new long[products];
    long[] right = new long[products];
    for (int i = 0; i < products; i++) {
      int field = i / (size * size);
      left[i] = (long) field * size + i / size % size;
      right[i] = (long) field * size + i % size;
    }
    return Sequence.of(
        Branches.product(Selection.of(arrays, left), Selection.of(arrays, right)),
        projection.plainForm(filter, shift));
  }
}
