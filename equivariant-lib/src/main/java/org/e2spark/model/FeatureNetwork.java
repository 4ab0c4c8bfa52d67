package org.e2spark.model;

import ai.djl.nn.Block;
import java.util.List;
import java.util.stream.IntStream;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.ConvolutionForm;
import org.e2spark.interchange.FieldReduction;
import org.e2spark.interchange.Flatten;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Selection;
import org.e2spark.interchange.Sequence;
import org.e2spark.interchange.SpatialReduction;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.NormPool;

/** Plain networks that give, beside their logits, what a layer inside says of an image. */
public final class FeatureNetwork {

  /** The layer whose output the head takes: the vector that a classifier decides by. */
  public static final String BEFORE_HEAD = "";

  private FeatureNetwork() {}

  /**
   * The plain form of a classifier for pixels, uint8 of 0 to 255, (batch, channels, height, width).
   * It gives (batch, features + classes): the features of each image, then its logits. What is
   * before the layer is computed once.
   *
   * @param network an initialised classifier
   * @param layer a name such as {@code features.7}, or {@link #BEFORE_HEAD}
   * @param kind what of the layer's output; of {@link #BEFORE_HEAD} the vector is taken as it is
   * @param mean of pixel / 255, one a channel
   * @param std of pixel / 255, one a channel
   * @throws IllegalArgumentException if there is no such layer, naming those that there are, or it
   *     has no such features
   * @throws org.e2spark.interchange.UnsupportedExportException if a block has no plain form
   */
  public static PlainNetwork export(
      Block network, String layer, FeatureKind kind, List<Double> mean, List<Double> std) {
    return PlainNetwork.ofPixels(
        network, arrays -> form(network, layer, kind, arrays), mean, std, ConvolutionForm.FILTERS);
  }

  private static PlainLayer form(
      Block network, String layer, FeatureKind kind, PlainArrays arrays) {
    NetworkCut cut = NetworkCut.at(network, layer, arrays);
    PlainLayer features =
        switch (cut.output()) {
          case VECTOR -> ofVector(layer, kind);
          case FIELDS -> ofFields((EquivariantModule) cut.last(), layer, kind, arrays);
          case IMAGES -> ofImages(layer, kind);
        };
    return Sequence.of(cut.before(), Branches.concatenation(features, cut.after()));
  }

  private static PlainLayer ofVector(String layer, FeatureKind kind) {
    boolean fits =
        switch (kind) {
          case INVARIANT -> layer.equals(BEFORE_HEAD);
          case CHANNELS, MAP -> true;
          case ORIENTATIONS -> false;
        };
    if (!fits) {
      throw unfit(layer.isEmpty() ? "before the head" : layer, kind, "gives a vector");
    }
    return Sequence.IDENTITY;
  }

  private static PlainLayer ofImages(String layer, FeatureKind kind) {
    return switch (kind) {
      case CHANNELS -> new SpatialReduction(Reduction.MEAN);
      case MAP -> new Flatten();
      case INVARIANT, ORIENTATIONS -> throw unfit(layer, kind, "has no fields");
    };
  }

  private static PlainLayer ofFields(
      EquivariantModule module, String layer, FeatureKind kind, PlainArrays arrays) {
    FieldType fields = module.outType();
    return switch (kind) {
      case INVARIANT ->
          Sequence.of(invariant(fields).plainForm(arrays), new SpatialReduction(Reduction.MEAN));
      case ORIENTATIONS -> orientations(fields, layer, arrays);
      case CHANNELS, MAP -> ofImages(layer, kind);
    };
  }

  private static EquivariantModule invariant(FieldType fields) {
    boolean permuted = fields.representations().stream().allMatch(r -> r.supports("pointwise"));
    return permuted ? new GroupPooling(fields) : new NormPool(fields);
  }

  private static PlainLayer orientations(FieldType fields, String layer, PlainArrays arrays) {
    if (fields.gspace().fiberGroup().isContinuous()) {
      throw unfit(layer, FeatureKind.ORIENTATIONS, "has a continuous group");
    }
    int order = fields.gspace().fiberGroup().order();
    int[] regular =
        IntStream.range(0, fields.fields())
            .filter(i -> fields.representations().get(i).equals(fields.gspace().regular()))
            .toArray();
    if (order == 1 || regular.length == 0) {
      throw unfit(layer, FeatureKind.ORIENTATIONS, "has no regular fields");
    }
    long[] byElement = new long[order * regular.length];
    for (int element = 0; element < order; element++) {
      for (int i = 0; i < regular.length; i++) {
        byElement[element * regular.length + i] = fields.start(regular[i]) + (long) element;
      }
    }
    return Sequence.of(
        new SpatialReduction(Reduction.MEAN),
        Selection.of(arrays, byElement),
        new FieldReduction(Reduction.MEAN, order, regular.length));
  }

  private static IllegalArgumentException unfit(String layer, FeatureKind kind, String why) {
    return new IllegalArgumentException(
        "Layer " + layer + " has no features of kind " + kind + ": it " + why);
  }
}
