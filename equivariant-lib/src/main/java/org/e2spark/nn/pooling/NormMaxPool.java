package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.e2spark.interchange.LongestVectorPooling;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Subfields;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * Of every field, the vector of the greatest length in each window; for fields whose
 * representations keep lengths.
 *
 * <p>Input and output: (batch, channels, height, width).
 */
public final class NormMaxPool extends EquivariantModule {

  private final PoolingWindow window;
  private final FieldGroups<Subfields> groups;

  private NormMaxPool(Builder builder) {
    super(builder.type, builder.type);
    this.window = builder.window();
    builder.type.representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
    this.groups =
        FieldGroups.of(this, builder.type, Subfields.whole(builder.type), Subfields.ORDER);
  }

  /** Windows of {@code kernelSize} pixels side by side. */
  public static NormMaxPool of(FieldType type, int kernelSize) {
    return builder(type).kernelSize(kernelSize).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.map(
        x,
        FieldGroups.Output.CHANNELS,
        (group, fields) -> function(group).apply(fields.getManager(), fields));
  }

  /** Only places are looked for in the lengths, so no gradient needs to pass through them. */
  private TorchFunction function(FieldGroups.Group<Subfields> group) {
    String pool =
        Text.format(
            "(torch.max_pool2d_with_indices(length, %s))[1]", window.asWindow().ofMaximum());
    return TorchFunction.of(
        "x",
        List.of(
            Text.format("f = torch.unflatten(x, 1, [%d, %d])", group.fields(), group.fieldSize()),
            "length = torch.norm(torch.detach(f), 2, [2], False)",
            "places = torch.unsqueeze(" + pool + ", 2)",
            Text.format(
                "flat = torch.flatten(torch.expand(places, [-1, -1, %d, -1, -1]), 3, 4)",
                group.fieldSize()),
            "y = torch.gather(torch.flatten(f, 3, 4), 3, flat)",
            "y = torch.reshape(y, [torch.size(x, 0), torch.size(x, 1), torch.size(places, 3),"
                + " torch.size(places, 4)])"),
        "y");
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return groups.plainForm(
        arrays,
        group -> new LongestVectorPooling(group.fields(), group.fieldSize(), window.asWindow()));
  }

  @Override
  public Shape outputShape(Shape input) {
    return window.outputShape(input);
  }

  @Override
  public boolean isCentred(Shape input, int axis) {
    return window.isCentred(input, axis);
  }

  /** Options. */
  public static final class Builder extends PoolingWindow.OfMaximum<Builder> {

    private Builder(FieldType type) {
      super(type);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * The layer.
     *
     * @throws FieldTypeException if a field's change of basis is not orthonormal
     */
    public NormMaxPool build() {
      return new NormMaxPool(this);
    }
  }
}
