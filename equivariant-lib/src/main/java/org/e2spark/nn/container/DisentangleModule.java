package org.e2spark.nn.container;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.group.Disentanglement;
import org.e2spark.group.Representation;
import org.e2spark.nn.FieldType;

/**
 * Takes every field apart into fields that transform on their own, by a permutation of its
 * channels; used after {@link RestrictionModule}.
 *
 * <p>By default it splits as the reference does, which saved weights depend on: a restricted
 * regular representation stays one field, so that normalisation shares its statistics and group
 * pooling takes the maximum over all of it. {@link Disentanglement.Method#ORBITS} splits it into
 * regular fields of the smaller group, which is what new networks want.
 */
public final class DisentangleModule extends ChannelOrder {

  /** As the reference does. */
  public DisentangleModule(FieldType type) {
    this(type, Disentanglement.Method.COMPATIBLE);
  }

  /** By a method of one's choice. */
  public DisentangleModule(FieldType type, Disentanglement.Method method) {
    this(Split.of(type, method));
  }

  private DisentangleModule(Split split) {
    super(split.in, split.out, split.order);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Split(FieldType in, FieldType out, long[] order) {

    static Split of(FieldType type, Disentanglement.Method method) {
      Map<Representation, Disentanglement> known = new HashMap<>();
      List<Representation> parts = new ArrayList<>();
      long[] order = new long[type.size()];
      int next = 0;
      for (int field = 0; field < type.fields(); field++) {
        Disentanglement split =
            known.computeIfAbsent(
                type.representations().get(field),
                representation -> representation.disentangle(method));
        parts.addAll(split.parts());
        for (int channel : split.order()) {
          order[next++] = (long) type.start(field) + channel;
        }
      }
      return new Split(type, FieldType.of(type.gspace(), parts), order);
    }
  }
}
