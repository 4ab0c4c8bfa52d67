package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.HashMap;
import java.util.Map;
import org.e2spark.interchange.Affine;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;

/**
 * Batch normalisation whose statistics are shared by the channels of a field, so that permuting
 * them changes nothing; for fields that permute their channels.
 *
 * <p>Fields of one size {@code s} are normalised together by {@code batch_norm_[s]}, which has one
 * scale, shift, mean and variance per field, taken over the batch, space and the field's channels.
 */
public final class InnerBatchNorm extends Pointwise {

  private final FieldGroups<Integer> groups;
  private final Map<Integer, BatchNorm> norms = new HashMap<>();
  private final BatchNormOptions options;

  /** With the usual numbers. */
  public InnerBatchNorm(FieldType type) {
    this(type, BatchNormOptions.DEFAULT);
  }

  /** With other numbers, or without a learnt scale and shift. */
  public InnerBatchNorm(FieldType type, BatchNormOptions options) {
    super(type);
    this.options = options;
    this.groups = FieldGroups.bySize(this, type);
    for (FieldGroups.Group<Integer> group : groups.groups()) {
      BatchNorm norm = new BatchNorm(group.fields(), options);
      norms.put(group.fieldSize(), addChildBlock("batch_norm_[" + group.fieldSize() + "]", norm));
    }
  }

  private BatchNorm norm(FieldGroups.Group<Integer> group) {
    return norms.get(group.fieldSize());
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return mode.isTraining()
        ? groups.map(
            x,
            FieldGroups.Output.CHANNELS,
            (group, channels) -> normalize(group, store, channels, mode))
        : FormArrays.pass(store, x, mode, this::form);
  }

  private NDArray normalize(
      FieldGroups.Group<Integer> group, ParameterStore store, NDArray x, Mode mode) {
    if (group.fieldSize() == 1) {
      return norm(group).compute(store, x, mode);
    }
    Shape shape = x.getShape();
    try (NDArray fields =
            x.reshape(shape.get(0), group.fields(), group.fieldSize(), shape.get(2), shape.get(3));
        NDArray normalized = norm(group).compute(store, fields, mode)) {
      return normalized.reshape(shape);
    }
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return form(FormArrays.copies(arrays));
  }

  private PlainLayer form(FormArrays arrays) {
    return options.tracked()
        ? groups.affine(
            arrays,
            group ->
                new Affine(
                    FieldGroups.perChannel(arrays, group, norm(group).scale(arrays)),
                    FieldGroups.perChannel(arrays, group, norm(group).shift(arrays))))
        : groups.form(
            arrays,
            FieldGroups.Output.CHANNELS,
            group -> norm(group).ofBatch(arrays, group.fieldSize()));
  }
}
