package org.e2spark.explain;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.group.GroupElement;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.HasParts;
import org.e2spark.nn.check.FeatureChain;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.picture.FieldParts;
import org.e2spark.picture.FieldPicture;
import org.e2spark.picture.Sheet;

/**
 * Fields of a network while the image turns, in frames: above, the image and a field of some
 * layers; below, the same turned back, which is to stand still.
 */
final class TurningFields {

  private static final int COLUMNS = 3;
  private static final int SMALLEST = 5;
  private static final int PANEL = 140;
  private static final int ARROWS = 13;

  private final TurningImage image;
  private final FeatureChain chain;
  private final NDManager manager;
  private final List<Column> columns = new ArrayList<>();

  /** A field of a layer; the upright image's gives shades and lengths their scale. */
  private record Column(int layer, int field, FieldParts scale) {

    BufferedImage draw(FieldParts parts) {
      int zoom = zoom(parts.width());
      return FieldPicture.field(parts, zoom, Math.max(1, parts.width() / ARROWS), scale);
    }
  }

  TurningFields(TurningImage image, FeatureChain chain, NDManager manager) {
    this.image = image;
    this.chain = chain;
    this.manager = manager;
    try (NDManager scratch = manager.newSubManager()) {
      List<GeometricTensor> upright =
          chain.features(image.input(scratch, GroupElement.rotation(0)));
      for (int layer : chosen(upright)) {
        int field = FieldParts.strongest(upright.get(layer));
        columns.add(new Column(layer, field, FieldParts.of(upright.get(layer), field)));
      }
    }
  }

  /** What convolutions and blocks are given, of a size to be seen, spread over the network. */
  private List<Integer> chosen(List<GeometricTensor> features) {
    List<Integer> candidates = new ArrayList<>();
    int last = features.size() - 1;
    for (int i = 0; i <= last; i++) {
      if (features.get(i).shape().get(3) >= SMALLEST && (i == last || isStage(i + 1))) {
        candidates.add(i);
      }
    }
    int several = Math.min(COLUMNS, candidates.size());
    List<Integer> spread = new ArrayList<>();
    for (int i = 0; i < several; i++) {
      spread.add(candidates.get(several == 1 ? 0 : i * (candidates.size() - 1) / (several - 1)));
    }
    return spread;
  }

  private boolean isStage(int layer) {
    var module = chain.layers().get(layer).module();
    return module instanceof SteerableConvolution
        || (module instanceof HasParts && !(module instanceof EquivariantSequential));
  }

  /** The layers that are drawn, from left to right. */
  List<FeatureChain.Layer> layers() {
    return columns.stream().map(column -> chain.layers().get(column.layer())).toList();
  }

  /** Frames of one turn. */
  List<BufferedImage> frames() {
    List<BufferedImage> frames = new ArrayList<>();
    for (int step = 0; step < Stability.ANGLES; step++) {
      frames.add(frame(Stability.angle(step)));
    }
    return frames;
  }

  private BufferedImage frame(double angle) {
    GroupElement turn = GroupElement.rotation(angle);
    List<BufferedImage> turned = new ArrayList<>();
    List<BufferedImage> back = new ArrayList<>();
    int zoom = zoom(image.size());
    turned.add(image.picture(manager, zoom, turn));
    back.add(image.picture(manager, zoom, turn, GroupElement.rotation(-angle)));
    try (NDManager scratch = manager.newSubManager()) {
      List<GeometricTensor> features = chain.features(image.input(scratch, turn));
      for (Column column : columns) {
        FieldParts parts = FieldParts.of(features.get(column.layer()), column.field());
        turned.add(column.draw(parts));
        back.add(column.draw(parts.turned(scratch, -angle)));
      }
    }
    return Sheet.of(List.of(turned, back));
  }

  static int zoom(int size) {
    return Math.max(1, Math.round((float) PANEL / size));
  }
}
