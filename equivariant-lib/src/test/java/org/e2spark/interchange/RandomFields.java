package org.e2spark.interchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.nonlinearity.PointwiseFunction;
import org.e2spark.nn.normalization.BatchNormOptions;
import org.e2spark.nn.normalization.BatchNormOptions.Statistics;
import org.e2spark.nn.normalization.FieldNormOptions;

/**
 * Draws spaces, field types and options. Options are records, so that a new one does not compile.
 */
class RandomFields {

  private static final List<GSpace> SPACES =
      List.of(
          new TrivialOnR2(),
          new Flip2dOnR2(0.3),
          new Rot2dOnR2(2),
          new Rot2dOnR2(4),
          new Rot2dOnR2(5),
          new Rot2dOnR2(8),
          new FlipRot2dOnR2(3),
          new FlipRot2dOnR2(4, 0.7));

  final Random random;
  GSpace space;

  RandomFields(Random random) {
    this.random = random;
    this.space = SPACES.get(random.nextInt(SPACES.size()));
  }

  /** Fields of several representations, not sorted. */
  final FieldType fields(List<Representation> kinds) {
    List<Representation> fields = new ArrayList<>();
    for (int i = random.nextInt(4) + 2; i > 0; i--) {
      fields.add(kinds.get(random.nextInt(kinds.size())));
    }
    return FieldType.of(space, fields);
  }

  final List<Representation> permutations() {
    List<Representation> kinds = new ArrayList<>(List.of(space.trivial(), space.regular()));
    if (space instanceof Rot2dOnR2 && space.fiberGroup().order() % 2 == 0) {
      kinds.add(space.quotient(SubgroupId.rotations(2)));
    }
    return kinds;
  }

  /** Fields that permute their channels. */
  final FieldType permuted() {
    return fields(permutations());
  }

  /** Fields of any kind. */
  final FieldType any() {
    List<Representation> kinds = permutations();
    kinds.addAll(space.fiberGroup().irreps());
    return fields(kinds);
  }

  /** A few fields, as often as there are groups. */
  final FieldType repeated(FieldType type, int groups) {
    FieldType all = type;
    for (int i = 1; i < groups; i++) {
      all = all.plus(type);
    }
    return all;
  }

  final boolean coin() {
    return random.nextBoolean();
  }

  final int upTo(int limit) {
    return random.nextInt(limit) + 1;
  }

  /** One of several values. */
  @SafeVarargs
  final <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }

  /** One of two labels a field. */
  final List<String> labels(FieldType type) {
    List<String> labels = new ArrayList<>();
    for (int field = 0; field < type.fields(); field++) {
      labels.add(pick("pooled", "kept"));
    }
    return labels;
  }

  final PointwiseFunction pointwiseFunction() {
    return pick(PointwiseFunction.values());
  }

  final BatchNormOptions batchNorm() {
    return new BatchNormOptions(
        1e-3, 0.3, pick(BatchNormOptions.Scaling.values()), pick(Statistics.values()));
  }

  final FieldNormOptions fieldNorm() {
    return new FieldNormOptions(1e-3, pick(BatchNormOptions.Scaling.values()));
  }
}
