package com.example.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;
import org.e2spark.torch.TorchFunction;

/** {@code x / (1 + exp(-x))} on every channel; for fields that permute their channels. */
public final class Swish extends Pointwise {

  public Swish(FieldType type) {
    super(type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return TorchFunction.of("x", "torch.mul(x, torch.sigmoid(x))").apply(x.getManager(), x);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    PlainLayer sigmoid = Elementwise.of(Elementwise.Function.SIGMOID);
    return new Branches(List.of(Sequence.IDENTITY, sigmoid), Branches.Combination.PRODUCT);
  }
}
