package com.example.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;
import org.e2spark.torch.TorchFunction;

/**
 * {@code log Σ exp(x)} over the channels of every field, which is invariant when the group permutes
 * them: fields become trivial ones.
 */
public final class SmoothMaximumPooling extends EquivariantModule {

  private final FieldGroups<Integer> groups;

  public SmoothMaximumPooling(FieldType type) {
    super(type, FieldType.of(type.gspace(), type.gspace().trivial(), type.fields()));
    Pointwise.requireSupport(type, "pointwise", name());
    groups = FieldGroups.bySize(this, type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.map(
        x,
        FieldGroups.Output.FIELDS,
        (group, channels) -> {
          String sizes = "[" + group.fields() + ", " + group.fieldSize() + "]";
          String fields = "torch.unflatten(x, 1, " + sizes + ")";
          return TorchFunction.of("x", "torch.logsumexp(" + fields + ", [2])")
              .apply(x.getManager(), channels);
        });
  }
}
