package org.e2spark.picture;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is drawn of a field moves as what it is drawn as: shades with the image, arrows as arrows.
 */
class FieldPartsTest {

  private static final int SIZE = 5;
  private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

  static Stream<FieldType> types() {
    var c8 = new Rot2dOnR2(8);
    var d4 = new FlipRot2dOnR2(4);
    var tilted = new FlipRot2dOnR2(4, Math.PI / 4);
    var so2 = Rot2dOnR2.continuous(2);
    return Stream.of(
        FieldType.of(c8, c8.regular()),
        FieldType.of(d4, d4.regular()),
        FieldType.of(tilted, tilted.regular()),
        FieldType.of(d4, d4.quotient(SubgroupId.dihedral(0, 1))),
        FieldType.of(so2, so2.irrep(0).plus(so2.irrep(2)).plus(so2.irrep(1))));
  }

  @ParameterizedTest
  @MethodSource("types")
  void shadesAndArrowsMoveWithTheImage(FieldType type) {
    GSpace space = type.gspace();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      var shape = new Shape(1, type.size(), SIZE, SIZE);
      float[] values = new float[(int) shape.size()];
      var random = new SplittableRandom(3);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      NDArray x = manager.create(values, shape);
      FieldParts before = FieldParts.of(type.wrap(x), 0);
      for (GroupElement element : space.fiberGroup().grid(4)) {
        GroupElement action = space.baseSpaceAction(element);
        if (Math.abs(Math.sin(2 * action.angle())) > 1e-9) {
          continue;
        }
        GeometricTensor moved = type.wrap(x).transform(element);
        FieldParts after = FieldParts.of(moved, 0);
        for (int from = 0; from < SIZE * SIZE; from++) {
          int to = place(action, from);
          assertThat(after.scalar().orElseThrow()[to])
              .as("%s of %s", action, type)
              .isCloseTo(before.scalar().orElseThrow()[from], ROUNDING);
          double right = before.arrows().orElseThrow().right()[from];
          double up = before.arrows().orElseThrow().up()[from];
          double sign = action.reflection() == 1 ? -1 : 1;
          double cos = Math.cos(action.angle());
          double sin = Math.sin(action.angle());
          assertThat(after.arrows().orElseThrow().right()[to])
              .as("%s of %s", action, type)
              .isCloseTo((float) (cos * right - sign * sin * up), ROUNDING);
          assertThat(after.arrows().orElseThrow().up()[to])
              .as("%s of %s", action, type)
              .isCloseTo((float) (sin * right + sign * cos * up), ROUNDING);
        }
      }
    }
  }

  /** Where a pixel goes: mirrored upside down, if at all, then turned. */
  private static int place(GroupElement action, int from) {
    double right = from % SIZE - SIZE / 2;
    double up = SIZE / 2 - from / SIZE;
    double mirrored = action.reflection() == 1 ? -up : up;
    double cos = Math.cos(action.angle());
    double sin = Math.sin(action.angle());
    long column = Math.round(cos * right - sin * mirrored) + SIZE / 2;
    long row = SIZE / 2 - Math.round(sin * right + cos * mirrored);
    return (int) (row * SIZE + column);
  }
}
